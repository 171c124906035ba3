"""The topics that a new folder starts with find their news, and leave what only shares a word with it."""

import tomllib
from importlib import resources

import pytest

from bot.domain.topics import ON_TOPIC, Topic, relevance
from tests.domain.samples import article

PRESETS = {
    each["name"]: Topic(name=each["name"], words=tuple(each["words"]), exclusions=tuple(each["exclusions"]))
    for each in tomllib.loads(resources.files("bot").joinpath("presets.toml").read_text(encoding="utf-8"))["topic"]
}

ON = [
    ("Tariffs", "Trump threatens 30% tariffs on EU goods", ""),
    (
        "Tariffs",
        "EU readies countermeasures",
        "Brussels will answer US tariffs with duties on bourbon and motorcycles if talks fail.",
    ),
    (
        "Tariffs",
        "China files complaint at the WTO",
        "Beijing said the import duties on electric cars break trade rules. The tariffs reach 45 per cent.",
    ),
    (
        "Tariffs",
        "Washington slaps countervailing duties on solar panels",
        "The commerce department said the imports were subsidised.",
    ),
    (
        "Tariffs",
        "Supreme Court hears case on emergency powers",
        "The justices weighed whether the president could impose tariffs. Importers want their tariff payments back.",
    ),
    ("Tariffs", "Strafzölle auf Stahl angekündigt", "Die EU will reagieren."),
    (
        "Tariffs",
        "Bruxelles répond",
        "Les droits de douane américains frappent le vin français. La Commission prépare des droits de douane.",
    ),
    ("Tariffs", "Bruselas responde a los aranceles de Trump", ""),
    ("Tariffs", "Trump varsler toldsatser mod Danmark", ""),
    ("Tariffs", "Dazi, l'Unione europea prepara la risposta", ""),
    ("Tariffs", "Trade war: what it costs a family", ""),
    ("Tariffs", "Customs duties on small parcels end", "The exemption for parcels below 150 euros goes."),
    ("Tariffs", "Import taxes push up the price of coffee", ""),
    ("Tariffs", "Zölle belasten deutsche Autobauer", ""),
    (
        "Tariffs",
        "Carmakers warn of job cuts",
        "Levies on imported parts, in force since April, cost the maker $1bn. It blamed the tariffs for the loss.",
    ),
    ("Tariffs", "India and US near deal on tariff cuts", ""),
    ("AI stocks", "Nvidia shares slide as investors question AI spending", ""),
    ("AI stocks", "AI stocks rally on OpenAI deal", ""),
    (
        "AI stocks",
        "Wall Street closes at a record",
        "US stocks rose as the boom in AI lifted chipmakers. AI names led.",
    ),
    ("AI stocks", "Bank of England warns of AI bubble", "A correction could hit share prices."),
    ("AI stocks", "Nvidia leads AI gains", "Its shares rose 4 per cent."),
    (
        "AI stocks",
        "SoftBank sinks 10%",
        "Shares of the group fell on worries about its AI bets. Its AI spending has grown.",
    ),
    ("AI stocks", "Chinese tech gauge beats Nasdaq", "The gauge of technology shares gained on AI hopes."),
    (
        "AI stocks",
        "Palantir results",
        "The AI company's stock fell 8 per cent although AI sales doubled. Investors had hoped for more.",
    ),
    ("AI stocks", "Chip stocks tumble across Asia", "Samsung and TSMC fell."),
    ("AI stocks", "KI-Aktien brechen ein", "Anleger zweifeln."),
    ("AI stocks", "Les actions liées à l'IA reculent", ""),
    ("AI stocks", "Las acciones de empresas de IA caen en bolsa", ""),
    ("AI stocks", "Nvidia hits $5 trillion market value", "Shares of the chipmaker rose on demand for AI."),
    (
        "AI stocks",
        "Oracle soars 36% on AI cloud contracts",
        "The stock had its best day since 1992 as orders for AI chips doubled.",
    ),
    ("AI stocks", "DeepSeek shock wipes $600bn off Nvidia", "The shares fell 17 per cent."),
    ("AI stocks", "Michael Burry bets against AI", "The investor bought options on Nvidia stock and Palantir stock."),
    ("AI stocks", "Tech shares drag Nasdaq lower", ""),
    ("AI stocks", "CoreWeave shares sink after AI data-centre delay", ""),
    ("AI stocks", "Is the AI boom over? Investors grow nervous", ""),
    ("Greenland", "Greenland elects new prime minister", ""),
    ("Greenland", "Nuuk airport takes first flight from New York", ""),
    (
        "Greenland",
        "Trump says US needs the Arctic island",
        "Denmark said Greenland is not for sale. Greenland's leader agreed.",
    ),
    ("Greenland", "Grönland: Kopenhagen schickt Soldaten", ""),
    ("Greenland", "Le Groenland n'est pas à vendre", ""),
    ("Greenland", "Groenlandia rechaza la oferta", ""),
    ("Greenland", "Grønlandske partier danner regering", ""),
    ("Greenland", "Kalaallit Nunaat gets a new flag law", ""),
    (
        "Greenland",
        "Rare earth miner wins licence",
        "The mine in southern Greenland could open by 2028. Greenland's parliament approved it.",
    ),
    (
        "Greenland",
        "Ice sheet loses record mass",
        "Greenland lost 300bn tonnes; scientists in Greenland measured it by satellite.",
    ),
    ("Greenland", "Fishing quotas dominate Greenland election", "The quota for Greenland halibut was cut."),
    ("Greenland", "Denmark orders frigates to defend Greenland", ""),
    ("Greenland", "Vance visits Pituffik space base in Greenland", ""),
]

OFF = [
    ("Tariffs", "Energy tariffs go up for six million homes", "The regulator raised the cap."),
    ("Tariffs", "Regulator raises price cap", "Households on a variable tariff will pay more; fixed tariffs fell."),
    ("Tariffs", "Mobile tariffs compared", "Which tariff suits you?"),
    ("Tariffs", "Stamp duty on second homes rises", "Buyers pay a levy on flats."),
    ("Tariffs", "Feed-in tariffs for solar roofs end", "Owners got a tariff for each kilowatt hour."),
    ("Tariffs", "Museum of hotel history opens", "Its oldest piece is a tariff that shows what a room cost in 1880."),
    ("Tariffs", "Officer returns to duty", "He had been on leave."),
    ("Tariffs", "Time-of-use tariffs save drivers money", "Electric car owners charge at night."),
    ("Tariffs", "Water tariff doubles in Nairobi", "The utility said pipes need repair."),
    ("Tariffs", "Trader jailed over war medals", "He sold medals from the trade."),
    (
        "Tariffs",
        "Electric car owners switch supplier",
        "An electricity tariff for the night helps; the best energy tariffs cost 7p.",
    ),
    ("Tariffs", "Roaming tariffs end between Serbia and EU", ""),
    ("Tariffs", "Import of exotic pets banned", "The ban begins in May."),
    ("Tariffs", "Hotel tariffs soar in Goa for the new year", "Rooms cost twice as much."),
    ("Tariffs", "Nurses on duty on Christmas Eve", "Those on duty on the day get a bonus."),
    ("Tariffs", "Power tariff hike in Pakistan", "The regulator approved a higher power tariff for consumers."),
    ("AI stocks", "AI helps doctors find cancer", "The tool reads scans faster than people."),
    ("AI stocks", "OpenAI releases new model", "The company said it reasons better."),
    ("AI stocks", "AI counts fish stocks in the North Sea", "The stocks of cod are recovering."),
    ("AI stocks", "Herring stocks collapse", "Scientists used AI to estimate the stock."),
    (
        "AI stocks",
        "AI start-up opens office in Stockholm",
        "The company makes chatbots. Stockholm has many AI start-ups.",
    ),
    ("AI stocks", "Supermarkets stock fewer turkeys", "An AI system orders them."),
    ("AI stocks", "Livestock farmers try AI", "Cows wear collars. AI shares data with the vet."),
    ("AI stocks", "Taylor Swift shares AI warning", "The singer shares a post about AI pictures."),
    ("AI stocks", "Schools weigh ban on AI homework", "Teachers want rules."),
    ("AI stocks", "Retailer's shares fall after weak Christmas", "Sales of toys were poor."),
    ("AI stocks", "Company shares AI safety report", "The firm shares what it learnt about AI."),
    ("AI stocks", "AI-generated cat wins photo prize", "The judges took stock of the rules."),
    ("AI stocks", "Bank stocks rise on rate hopes", "Lenders gained."),
    ("AI stocks", "US stockpiles AI chips", "The Pentagon keeps a stockpile of AI processors."),
    ("AI stocks", "Amnesty International shares report", "The group shares details of arrests."),
    (
        "AI stocks",
        "Rolling stock order goes to Siemens",
        "AI will steer the trains. The rolling stock is built in Munich.",
    ),
    ("AI stocks", "AI toys out of stock before Christmas", "Shops have no stock until May."),
    ("Greenland", "Greenland sharks live for 400 years", "The Greenland shark is the oldest vertebrate."),
    (
        "Greenland",
        "How to live to 400",
        "The Greenland shark lives in cold water. Scientists studied the genes of Greenland sharks.",
    ),
    ("Greenland", "Recipe: Greenland halibut with butter", "Fry the halibut."),
    ("Greenland", "Fishmonger of the year named", "He likes Greenland halibut best, and Greenland prawns."),
    ("Greenland", "Iceland volcano erupts again", "Lava flows near Grindavik."),
    ("Greenland", "Green land reform passes in Kenya", "Farmers get land."),
    ("Greenland", "Danish king visits Faroe Islands", "He will tour Torshavn."),
    ("Greenland", "Storm hits Scotland", "A low from between Iceland and Greenland brought wind."),
    ("Greenland", "Greenlandic dog breed wins at show", "The Greenland dog was bred to pull sledges."),
    ("Greenland", "Greenland Avenue closed for repairs", "Drivers in Calgary face delays."),
]


@pytest.mark.parametrize(("topic", "title", "opening"), ON)
def test_news_of_a_preset_topic_is_on_it(topic: str, title: str, opening: str) -> None:
    assert relevance(PRESETS[topic], article(title, opening)) >= ON_TOPIC


@pytest.mark.parametrize(("topic", "title", "opening"), OFF)
def test_what_shares_a_word_with_a_preset_topic_is_not_on_it(topic: str, title: str, opening: str) -> None:
    assert relevance(PRESETS[topic], article(title, opening)) < ON_TOPIC


@pytest.mark.parametrize(("topic", "title", "opening"), ON)
def test_news_of_one_preset_topic_is_on_no_other_that_it_does_not_name(topic: str, title: str, opening: str) -> None:
    on = {name for name, each in PRESETS.items() if relevance(each, article(title, opening)) >= ON_TOPIC}
    assert on == {topic}
