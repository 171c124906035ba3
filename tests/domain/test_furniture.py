import pytest

from bot.domain.furniture import is_cut_off, is_furniture, is_wall, without_furniture

FURNITURE = [
    "Advertisement",
    "ADVERTISEMENT",
    "Story continues below",
    "Sponsored content",
    "Read more…",
    "Read more: Europe condemns the plan",
    "Continue reading",
    "Related",
    "Related stories",
    "Recent News",
    "Most read",
    "You may also like",
    "More on this story",
    "Share this",
    "Share",
    "Copy link",
    "7 hours ago",
    "an hour ago",
    "Updated 12 mins ago",
    "5 min read",
    "Sign up for our morning newsletter",
    "Get the day's trade news in your inbox every morning.",
    "Never miss a story",
    "Social Media Asia Editor",
    "Senior Correspondent",
    "Categories: Social Media News",
    "Tags: tariffs, Greenland",
    "Filed under: World",
    "This newspaper is owned by Breakwater Press Holdings.",
    "Alibaba owns the Post.",
    "The post Kodak tops the list appeared first on Basin & Range Tech.",
    "We use cookies to make this site work.",
    "© 2026 Example Media. All rights reserved.",
    "Follow us on Facebook",
    "Image source: Getty Images",
    "By Jane Doe",
    "By JANE DOE",
    "By Jane Doe and Lars Løkke",
    "By Jane Doe, Political Editor",
    "By Anna van der Berg in Nuuk",
    "By Jane Doe jane.doe@ledger.example",
    "By Reuters",
    "By The Associated Press",
    "Von Max Mustermann",
    "Par Éloïse Martin",
    "Reporting by Jane Doe; Editing by John Roe",
    "(Additional reporting by Jane Doe in Nuuk; editing by John Roe)",
    "Published 12 Oct 2026",
    "Published: 12 October 2026 at 14:05 GMT",
    "Last updated on October 12, 2026",
    "Updated 9:30 PM EDT, Mon October 12, 2026",
    "12 October 2026",
    "October 12, 2026, 9:30 a.m. ET",
    "Monday, 12 October 2026",
    "Montag, 12. Oktober 2026, 14.05 Uhr",
    "lundi 12 octobre 2026 à 14h05",
    "2026-10-12",
    "12/10/2026 14:05",
    "14:05 GMT",
    "3 min read",
    "Listen to this article",
    "By Jane Doe | 12 October 2026 | 3 min read",
    "Jan 18, 2026 • 2 minute read",
]

ARTICLE = [
    "The President announced 10% tariffs on all UK goods from February 1.",
    "“The stock market is telling us that what China is doing is going to be very exciting,” Mark Mobius said.",
    "TikTok is owned by ByteDance.",
    "Related companies rose as well.",
    "The tariffs were announced 7 hours ago, officials said.",
    "Read together, the two reports show a slowdown.",
    "He left.",
    "Subscribe, said the chairman, or leave.",
    "The editor of the paper resigned on Sunday.",
    "Share prices fell by 4 per cent in Tokyo.",
    "Sponsored by no one, the team won.",
    "Latest figures show that prices rose by 2.1 per cent.",
    "More from the fund would be needed, the minister said.",
    "Comments by the minister were not well received.",
    "Trending downwards since May, the index closed at 431 points.",
    "Follow the money, the prosecutor told the jury on Monday.",
    "Get out, he said.",
    "Copyright law is changing, the court found.",
    "Listen to me, he said.",
    "Also on Friday, the bank raised its rate.",
    "Read on Monday in parliament, the letter caused an outcry.",
    "By Monday the island had chosen.",
    "By Jane Doe's account, the talks failed.",
    "By Land and by sea they came, he said.",
    "NUUK, Greenland (AP) — Envoys met on Monday.",
    "BRUSSELS, Oct 12 (Reuters) - Envoys met.",
    "On 12 October 2026 the island voted.",
    "Reporting by the commission shows that prices fell. It will go on.",
    "May 12, 2026 was the day on which it ended.",
    "By the numbers",
    "2026",
    "1",
    "May",
    "Von der Leyen",
    "Greenland – 57,000 people",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_around_an_article_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize("line", ARTICLE)
def test_a_sentence_of_an_article_is_none(line: str) -> None:
    assert not is_furniture(line)
    assert without_furniture(line) == line


def test_teasers_with_an_age_go_with_their_title_and_clipped_opening() -> None:
    text = "\n\n".join(
        [
            "The brokerage saw further upside, it said in a report.",
            "Recent news",
            "Economist warns of ‘mother of all recessions’",
            "A former adviser has issued a stark warning as…",
            "7 hours ago",
            "This Kodak costs less than $100, but should you buy it?",
            "On 12 January the shop released its list of…",
            "8 hours ago",
        ]
    )
    assert without_furniture(text) == "The brokerage saw further upside, it said in a report."


def test_titles_under_a_heading_of_teasers_go_until_the_article_goes_on() -> None:
    kept = "The commission answered on Monday that it would wait."
    text = "\n\n".join(["Related stories", "Ten per cent at the till", "Who decides what in Greenland", kept])
    assert without_furniture(text) == kept


def test_a_single_line_under_a_heading_may_be_the_articles_own() -> None:
    text = "Latest\n\nWhat happens next\n\nThe vote is on Monday, the speaker said."
    assert "What happens next" in without_furniture(text)


def test_what_stays_is_untouched_to_the_letter() -> None:
    text = "First, “so”  — they say.\n\nAdvertisement\n\nSecond… and last."
    assert without_furniture(text) == "First, “so”  — they say.\n\nSecond… and last."


@pytest.mark.parametrize(
    ("text", "cut_off"),
    [
        ("The minister said…", True),
        ("The minister said [...]", True),
        ("One paragraph.\n\nContinue reading", True),
        ("One paragraph.\n\nRead more at the site", True),
        ("He trailed off… then spoke.", False),
        ("A whole article.\n\nIts last sentence.", False),
    ],
)
def test_a_text_that_breaks_off_is_no_whole_article(text: str, cut_off: bool) -> None:
    assert is_cut_off(text) is cut_off


WALLS = [
    "Please enable JavaScript to view this page.",
    "JavaScript is disabled in your browser.",
    "Please accept cookies to continue reading.",
    "We value your privacy",
    "Subscribe now to continue reading.",
    "To continue reading, sign in or register.",
    "This article is for subscribers only.",
    "Already a subscriber? Log in.",
    "You have reached your limit of free articles.",
    "Checking your browser before accessing the site.",
    "Verify you are human",
    "We and our 842 partners store and access personal data, like browsing data, on your device.",
    "We & our trusted partners use cookies to give you the best experience.",
    "Log in to your account with your e-mail address and password.",
    "Wir und unsere 218 Partner verarbeiten Daten auf Ihrem Gerät.",
    "Nous et nos partenaires stockons des cookies.",
    "Nosotros y nuestros 103 socios almacenamos datos en su dispositivo.",
    "Vi og vores 75 partnere bruger cookies.",
    "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.",
    "Dieser Artikel ist exklusiv für Abonnenten.",
    "Um weiterzulesen, melden Sie sich bitte an.",
    "Weiterlesen mit Werbung und Cookies, oder mit einem Abo lesen.",
    "Wollen Sie Cookies und Tracking zustimmen?",
    "Veuillez activer JavaScript dans votre navigateur.",
    "La suite est réservée aux abonnés.",
    "Il vous reste 80 % de cet article à lire.",
    "Abonnez-vous pour lire la suite.",
    "Continuer sans accepter",
    "Acceptez les cookies pour continuer votre lecture.",
    "Por favor, active JavaScript en su navegador.",
    "Este contenido es exclusivo para suscriptores.",
    "Inicia sesión para seguir leyendo.",
    "Acepta las cookies para continuar leyendo.",
    "Slå JavaScript til for at læse siden.",
    "Artiklen er kun for abonnenter.",
    "Log ind for at læse videre.",
    "Accepter cookies for at fortsætte.",
]


@pytest.mark.parametrize("notice", WALLS)
def test_a_notice_in_front_of_an_article_is_a_wall(notice: str) -> None:
    assert is_wall(notice)
    assert is_wall("The minister said on Monday that prices had risen. " * 60 + "\n\n" + notice)


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Zahl der Abonnenten stieg um acht Prozent, sagte der Verlag am Montag.",
        "Le journal compte deux cent mille abonnés, et il reste beaucoup à faire.",
        "El diario perdió suscriptores, pero sigue siendo el más leído del país.",
        "Avisen har fået flere abonnenter, og de fleste læser den på telefonen.",
        "“We and our partners will answer in kind,” the minister said, after a day of talks on cars and steel.",
        "The thieves had her e-mail address; they never learned the password, the bank said on Monday.",
        "Log in to your account to write a comment.",
        "Wir und unsere Partner werden antworten, sagte die Ministerin am Montag in Berlin.",
        "The regulator said that sites must ask before they set cookies, and most readers agree.",
    ],
)
def test_a_sentence_that_only_speaks_of_readers_and_cookies_is_no_wall(sentence: str) -> None:
    assert not is_wall(sentence)


def test_an_article_about_walls_is_none() -> None:
    about = "Readers must accept cookies to continue reading most papers, the commission said on Monday."
    article = "\n\n".join([about, *("The minister said on Monday that prices had risen. " * 10 for _ in range(5))])
    assert not is_wall(article)
