"""Plain fragments of HTML are read without a parser: they come out as with one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feed_entries import Raw, entries_of

TAGS = ("<p>", "</p>", '<a href="https://press.example/a?b=c&amp;d">', "</a>", "<br/>", "<br />", "<BR>", "<strong>")
OTHER_TAGS = ("</strong>", "<li class='x'>", "<div id=x data-y>", "<span title='a > b'>", "</span>", "<h2>", "<hr>")
TEXTS = (
    "Forty ships",
    "waited",
    " ",
    "\n",
    "&amp;",
    "&nbsp;",
    "&#8217;",
    "&lt;b&gt;",
    "3 > 2",
    '"',
    "ø",
    "e\u0301",
    "=",
)


def text_of(summary: str) -> str:
    raw = Raw(id="1", link="https://press.example/1", title="", summary=summary, content="", published=None, author="")
    return entries_of([raw], "https://press.example/feed")[0].text


@given(st.lists(st.sampled_from((*TAGS, *OTHER_TAGS, *TEXTS)), max_size=20).map("".join))
def test_a_fragment_reads_the_same_with_and_without_a_parser(fragment: str) -> None:
    assert text_of(fragment) == text_of("<!-- only a parser knows comments -->" + fragment)
