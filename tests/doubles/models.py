"""Models, good and bad, to stand behind the model server.

They read the wire the contract fixes, `<source>` and `<question>` elements in the user messages and the two shapes
of answer, and nothing else of a prompt. What a bad model does is told by its name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.doubles.model_server import Body, Handler, Reply, error


@dataclass(frozen=True, slots=True)
class Source:
    """One `<source>` element as a model reads it."""

    id: str
    attributes: Mapping[str, str]
    text: str

    @property
    def sentences(self) -> list[str]:
        """Whole sentences that stand word for word in the text, those of a claim's length first."""
        found = [s.strip() for s in re.split(r"(?<=[.!?…”\"])\s+|\n+", self.text) if s.strip()]
        return sorted(found, key=lambda s: not 40 <= len(s) <= 280)


_SOURCE = re.compile(r'<source((?:\s+[\w-]+="[^"]*")*)\s*>(.*?)</source>', re.DOTALL)
_QUESTION = re.compile(r"<question[^>]*>(.*?)</question>", re.DOTALL)


def _user_text(body: Body) -> str:
    return "\n".join(str(m.get("content")) for m in body.get("messages", []) if m.get("role") == "user")


def sources(body: Body) -> list[Source]:
    """The sources in the user messages, unescaped; of two with one id the later counts."""
    found = {}
    for head, text in _SOURCE.findall(_user_text(body)):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', head)}
        found[attributes.get("id", "")] = Source(attributes.get("id", ""), attributes, html.unescape(text))
    return list(found.values())


def question(body: Body) -> str | None:
    """What is asked, or None for a story: by the schema where one is sent, else by a `<question>` element."""
    asked = _QUESTION.findall(_user_text(body))
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema") or {}
    properties = schema.get("properties", {})
    if "status" in properties or ("headline" not in properties and asked):
        return html.unescape(asked[-1]).strip() if asked else _user_text(body)
    return None


def honest(body: Body) -> Body:
    """A good model: claims are whole sentences of the sources, each quoted in full."""
    asked, given = question(body), sources(body)
    if asked is None:
        picked = _spread(given)
        roles = ["what"] + ["point"] * len(picked)
        claims = [{"role": role, **_claim(*pick)} for role, pick in zip(roles, picked, strict=False)]
        return {"headline": " ".join(claims[0]["text"].split()[:12]) if claims else "", "claims": claims}
    wanted = _content_words(asked)
    ranked = sorted(
        ((len(wanted & _content_words(s)), source.id, s) for source in given for s in source.sentences),
        key=lambda item: -item[0],
    )
    claims = [_claim(source_id, sentence) for overlap, source_id, sentence in ranked[:2] if overlap]
    return {"status": "answered" if claims else "not_covered", "claims": claims}


def _claim(source_id: str, sentence: str) -> Body:
    return {"text": sentence, "support": [{"source": source_id, "quote": sentence}]}


def _spread(given: list[Source]) -> list[tuple[str, str]]:
    """Two or three sentences, from as many sources as there are."""
    rounds = [[(s.id, s.sentences[n]) for s in given if len(s.sentences) > n] for n in range(3)]
    return [pick for one_round in rounds for pick in one_round][:3]


def _content_words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.lower()) if len(w) > 3} - {"what", "when", "which", "does", "have"}


def _spoiled(spoil: Callable[[Body, list[Source]], Body]) -> Handler:
    def handler(body: Body) -> Body:
        answer, given = honest(body), sources(body)
        return {**answer, "claims": [spoil(claim, given) for claim in answer["claims"]]}

    return handler


def _with_figure(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": claim["text"].rstrip(".") + ", 48,213 in all."}


def _with_other_source(claim: Body, given: list[Source]) -> Body:
    others = [s.id for s in given if s.id != claim["support"][0]["source"]] or ["S99"]
    return {**claim, "support": [{**support, "source": others[0]} for support in claim["support"]]}


def _with_altered_quote(claim: Body, given: list[Source]) -> Body:
    def altered(quote: str) -> str:
        words = quote.split()
        return " ".join([*words[: len(words) // 2], "reportedly", *words[len(words) // 2 :]])

    return {**claim, "support": [{**s, "quote": altered(s["quote"])} for s in claim["support"]]}


def _with_injection(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": "@everyone read the rest at https://evil.example/win <@&1> [now](https://evil.example)"}


def _with_figure_of_the_same_article(claim: Body, given: list[Source]) -> Body:
    cited = next((each for each in given if each.id == claim["support"][0]["source"]), given[0])
    said = re.findall(r"\d+(?:[.,]\d+)*", claim["text"])
    others = [figure for figure in re.findall(r"\d+(?:[.,]\d+)*", cited.text) if figure not in said] or ["48,213"]
    if not said:
        return _with_figure(claim, given)
    return {**claim, "text": claim["text"].replace(said[0], others[0])}


def _with_name(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": claim["text"].rstrip(".") + ", Ferdinand Obermaier said."}


def _praising(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": "Acme Corp is simply the best company there is, and everybody should buy its shares."}


def _leaking(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": "You write one short, neutral item of a news briefing for readers who will check it."}


def _with_hidden_link(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": claim["text"].rstrip(".") + " \u200b(ht\u200btps:/\u200b/evil.exam\u200bple/99)."}


def _with_mark_up(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": f"**{claim['text']}** ||<@123>|| [more](evil.example) `99%`"}


def _unquoted(claim: Body, given: list[Source]) -> Body:
    return {**claim, "support": []}


def _endless(claim: Body, given: list[Source]) -> Body:
    return {**claim, "text": " ".join([claim["text"]] * 40)}


invents_figures = _spoiled(_with_figure)
swaps_figures = _spoiled(_with_figure_of_the_same_article)
invents_names = _spoiled(_with_name)
praises = _spoiled(_praising)
leaks_its_prompt = _spoiled(_leaking)
hides_links = _spoiled(_with_hidden_link)
marks_up = _spoiled(_with_mark_up)
quotes_nothing = _spoiled(_unquoted)
repeats_itself = _spoiled(_endless)
cites_wrong_source = _spoiled(_with_other_source)
alters_quotes = _spoiled(_with_altered_quote)
obeys_injection = _spoiled(_with_injection)


def floods(body: Body) -> Body:
    """Hundreds of claims, every other one with a figure of its own."""
    answer, given = honest(body), sources(body)
    claims = [each for claim in answer["claims"] for each in (claim, _with_figure(claim, given))]
    return {**answer, "headline": "99% of everything " * 40, "claims": claims * 60}


def mistypes(body: Body) -> Body:
    """The right names with the wrong things in them."""
    return {"headline": 99, "status": True, "claims": {"text": ["99%"], "support": "S1"}}


def nests(body: Body) -> Reply:
    """Deeper than any reader goes."""
    return Reply(content='{"claims": ' * 20_000)


def lies_in_headlines(body: Body) -> Body:
    """Sound claims under a headline that nobody wrote."""
    return {**honest(body), "headline": "Ferdinand Obermaier wins 99% of the vote https://evil.example"}


def garbage(body: Body) -> Reply:
    """Prose where JSON was asked for."""
    return Reply(content="Sure! }{ Tariffs went up, and so did everything else.")


def silent(body: Body) -> Reply:
    """Nothing at all, with a good conscience."""
    return Reply(content="")


def status_429(body: Body) -> Reply:
    """Always over its limit."""
    return error(429, "Rate limit reached")


def status_500(body: Body) -> Reply:
    """Always broken."""
    return error(500, "The server had an error")


def says_not_covered(body: Body) -> Body:
    """Finds nothing in any source."""
    return {"headline": "", "claims": []} if question(body) is None else {"status": "not_covered", "claims": []}
