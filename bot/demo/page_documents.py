"""The HTML pages of the demonstration edition: articles with the furniture of real sites, front pages, walls, 404.

The furniture is a test of the reader: none of it belongs to an article, so none of it may turn up in a briefing.
"""

import json
from html import escape

from bot.demo.edition import PARAGRAPHS_BETWEEN_ADVERTS, DemoArticle, DemoOutlet, Edition
from bot.demo.feed_documents import CONTENT_TYPES

TEASERS = 4


def article_document(edition: Edition, article: DemoArticle, base_url: str) -> str:
    """The page of an article or of the wall in front of it; `base_url` has no slash at its end."""
    outlet = article.outlet
    layout = edition.layouts["consent" if article.kind == "wall" else outlet.layout]
    return layout.substitute(
        _outlet_values(outlet),
        title=escape(article.title),
        standfirst=escape(article.standfirst),
        author=escape(article.author),
        iso=article.published.isoformat(),
        date=f"{article.published:%A} {article.published.day} {article.published:%B %Y, %H:%M} GMT",
        canonical=escape(base_url + article.path),
        json_ld=_json_ld(article, base_url),
        alt=escape(article.alt or article.caption),
        caption=escape(article.caption),
        body=_body(edition, article),
        teasers=_teasers(edition, article),
    )


def front_document(edition: Edition, outlet: DemoOutlet) -> str:
    """An outlet's front page, which names its feed the way browsers and readers look for it."""
    items = "\n".join(
        f'<li><a href="{article.path}">{escape(article.title)}</a> <p>{escape(article.standfirst)}</p></li>'
        for article in edition.of(outlet)
    )
    return edition.layouts["front"].substitute(_outlet_values(outlet), items=items)


def site_document(edition: Edition) -> str:
    """The page at `/`: the outlets there are."""
    items = "\n".join(f'<li><a href="{outlet.home}">{escape(outlet.name)}</a></li>' for outlet in edition.outlets)
    return edition.layouts["site"].substitute(items=items)


def missing_document(edition: Edition) -> str:
    """What is served, with status 404, for everything that is not there."""
    return edition.layouts["missing"].substitute()


def _outlet_values(outlet: DemoOutlet) -> dict[str, str]:
    return {
        "outlet": escape(outlet.name),
        "tagline": escape(outlet.tagline),
        "owner": escape(outlet.owner),
        "lang": outlet.lang,
        "accent": outlet.accent,
        "home": outlet.home,
        "feed": outlet.feed.path,
        "feed_type": CONTENT_TYPES[outlet.feed.format],
        "notice": "Demonstration page written for Newsthread. "
        f"{escape(outlet.name)} and its reporters are invented, and so are the people it quotes without a name.",
    }


def _body(edition: Edition, article: DemoArticle) -> str:
    advert = "<p>Advertisement</p>" if article.leaks else article.outlet.advert
    parts = [f"<!-- {article.comment} -->"] if article.comment else []
    for number, paragraph in enumerate(article.paragraphs):
        if number and number % PARAGRAPHS_BETWEEN_ADVERTS == 0:
            parts.append(advert)
        parts.append(f"<p>{escape(paragraph, quote=False)}</p>")
    if article.leaks:
        parts.append("<p>Recent news</p>")
        for other in _others(edition, article):
            parts.append(
                f"<p>{escape(other.title)}</p>\n<p>{escape(_clipped(other.standfirst))}</p>\n<p>{other.age}</p>"
            )
    return "\n".join(parts)


def _teasers(edition: Edition, article: DemoArticle) -> str:
    return "\n".join(
        f'<li><a href="{other.path}">{escape(other.title)}</a> <span class="when">{other.age}</span></li>'
        for other in _others(edition, article)
    )


def _others(edition: Edition, article: DemoArticle) -> tuple[DemoArticle, ...]:
    return tuple(other for other in edition.of(article.outlet) if other != article)[:TEASERS]


def _clipped(text: str) -> str:
    return " ".join(text.split()[:9]) + "…"


def _json_ld(article: DemoArticle, base_url: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.standfirst,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": article.author}],
        "publisher": {"@type": "Organization", "name": article.outlet.name},
        "mainEntityOfPage": base_url + article.path,
    }
    return json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
