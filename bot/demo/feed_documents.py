"""The feeds of the demonstration edition, written as their outlets would write them: RSS 2.0, Atom, RSS 1.0, JSON Feed.

The quirks are those of real feeds and are there on purpose: tracking parameters, addresses relative to `xml:base`,
titles escaped twice, an encoding other than UTF-8, entries without any text.
"""

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape as html_escape
from string import Template
from xml.sax.saxutils import escape, quoteattr

from bot.demo.edition import DemoArticle, DemoOutlet

CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}


def feed_document(outlet: DemoOutlet, articles: Sequence[DemoArticle], base_url: str) -> bytes:
    """The feed of `outlet`, encoded; `articles` are its own, newest first; `base_url` has no slash at its end."""
    write = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[outlet.feed.format]
    return write(outlet, articles, base_url).encode(outlet.feed.encoding, "xmlcharrefreplace")


def _link(article: DemoArticle, base_url: str) -> str:
    return base_url + article.path + article.outlet.feed.query


def _id(article: DemoArticle, base_url: str) -> str:
    return Template(article.outlet.feed.id).substitute(link=_link(article, base_url), slug=article.slug)


def _title(article: DemoArticle) -> str:
    if article.outlet.feed.titles == "plain":
        return escape(article.title)
    # The publishing system stores titles as HTML and its feed escapes them once more.
    return escape(html_escape(article.title, quote=False).encode("ascii", "xmlcharrefreplace").decode())


def _html(article: DemoArticle, base_url: str) -> str:
    """The article's text as far as the feed carries it, as HTML; empty when there is none."""
    if not article.paragraphs or article.outlet.feed.text == "excerpt":
        return html_escape(article.standfirst, quote=False)
    full = article.outlet.feed.text == "full"
    parts = [f"<p>{html_escape(paragraph, quote=False)}</p>" for paragraph in article.paragraphs[: None if full else 1]]
    if not full:
        parts.append(f'<p><a href="{html_escape(_link(article, base_url))}">Continue reading</a></p>')
    return "\n".join(parts)


def _rss(outlet: DemoOutlet, articles: Sequence[DemoArticle], base_url: str) -> str:
    ttl = f"<ttl>{outlet.feed.ttl}</ttl>" if outlet.feed.ttl else ""
    items = "\n".join(_rss_item(article, base_url) for article in articles)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(outlet.name)}</title>
<link>{base_url}{outlet.home}</link>
<atom:link href="{base_url}{outlet.feed.path}" rel="self" type="application/rss+xml"/>
<description>{escape(outlet.tagline)}</description>
<language>{outlet.lang.lower()}</language>
<lastBuildDate>{format_datetime(articles[0].published, usegmt=True)}</lastBuildDate>{ttl}
{items}
</channel>
</rss>
"""


def _rss_item(article: DemoArticle, base_url: str) -> str:
    link, guid = _link(article, base_url), _id(article, base_url)
    text = _html(article, base_url)
    body = {
        "full": f"<description>{escape(article.standfirst)}</description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded>",
        "opening": f"<description><![CDATA[{text}]]></description>",
        "excerpt": f"<description>{escape(text)}</description>",
    }[article.outlet.feed.text]
    return f"""<item>
<title>{_title(article)}</title>
<link>{escape(link)}</link>
<guid isPermaLink="{"true" if guid == link else "false"}">{escape(guid)}</guid>
<dc:creator>{escape(article.author)}</dc:creator>
<pubDate>{format_datetime(article.published)}</pubDate>
{body if text else ""}
</item>"""


def _atom(outlet: DemoOutlet, articles: Sequence[DemoArticle], base_url: str) -> str:
    entries = "\n".join(
        f"""<entry>
<title type="html">{escape(_title(article))}</title>
<link rel="alternate" type="text/html" href={quoteattr(article.path.removeprefix(outlet.home))}/>
<id>{escape(_id(article, base_url))}</id>
<published>{article.published:%Y-%m-%dT%H:%M:%SZ}</published>
<updated>{article.published:%Y-%m-%dT%H:%M:%SZ}</updated>
<author><name>{escape(article.author)}</name></author>
<summary type="html">{escape(_html(article, base_url))}</summary>
</entry>"""
        for article in articles
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base_url}{outlet.home}" xml:lang="{outlet.lang}">
<title>{escape(outlet.name)}</title>
<subtitle>{escape(outlet.tagline)}</subtitle>
<id>tag:{outlet.slug}.example,2026:feed</id>
<link href="{base_url}{outlet.home}"/>
<link rel="self" href="{base_url}{outlet.feed.path}"/>
<updated>{articles[0].published:%Y-%m-%dT%H:%M:%SZ}</updated>
{entries}
</feed>
"""


def _rdf(outlet: DemoOutlet, articles: Sequence[DemoArticle], base_url: str) -> str:
    links = [_link(article, base_url) for article in articles]
    listed = "\n".join(f"<rdf:li rdf:resource={quoteattr(link)}/>" for link in links)
    items = "\n".join(
        f"""<item rdf:about={quoteattr(link)}>
<title>{_title(article)}</title>
<link>{escape(link)}</link>
<description>{escape(_html(article, base_url))}</description>
<dc:creator>{escape(article.author)}</dc:creator>
<dc:date>{article.published.isoformat()}</dc:date>
</item>"""
        for article, link in zip(articles, links, strict=True)
    )
    return f"""<?xml version="1.0" encoding="{outlet.feed.encoding}"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{base_url}{outlet.feed.path}">
<title>{escape(outlet.name)}</title>
<link>{base_url}{outlet.home}</link>
<description>{escape(outlet.tagline)}</description>
<dc:language>{outlet.lang.lower()}</dc:language>
<items><rdf:Seq>
{listed}
</rdf:Seq></items>
</channel>
{items}
</rdf:RDF>
"""


def _json(outlet: DemoOutlet, articles: Sequence[DemoArticle], base_url: str) -> str:
    items = [
        {
            "id": _id(article, base_url),
            "url": _link(article, base_url),
            "title": article.title,
            "summary": article.standfirst,
            "content_html": _html(article, base_url),
            "date_published": article.published.isoformat(),
            "authors": [{"name": article.author}],
            "language": outlet.lang,
        }
        for article in articles
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": base_url + outlet.home,
        "feed_url": base_url + outlet.feed.path,
        "language": outlet.lang,
    }
    return json.dumps({**head, "items": items}, ensure_ascii=False, indent=1)
