"""Word lists of the name rule: titles, common words that open sentences, and countries under all their names.

Standard library only, no I/O. Tables only; English first, since a claim is written in the language of its sources and
words that stand in the article need no list.
"""

from typing import Final

from bot.domain.wording import stem

# Written with a capital before or after a name, and no part of it.
TITLES: Final = frozenset(
    """mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend father sister brother king queen prince
    princess duke duchess emperor pope cardinal bishop archbishop imam rabbi sheikh sultan emir ayatollah
    president vice deputy premier chancellor prime minister secretary undersecretary foreign finance defence defense
    interior trade attorney general governor senator sen rep representative congressman congresswoman mayor
    councillor commissioner speaker leader chair chairman chairwoman chairperson chief executive officer ceo cfo coo
    cto director head founder cofounder manager boss analyst economist spokesman spokeswoman spokesperson
    ambassador envoy judge justice prosecutor detective inspector sergeant sgt lieutenant lt captain capt major
    colonel col admiral commander marshal coach former ex then acting late
    herr frau bundeskanzler kanzler minister ministerin prasident prasidentin monsieur madame mme presidente senor
    senora don dona statsminister udenrigsminister""".split()
)

# Sentences open with these: at the start, where the capital says nothing, they are no names.
_OPENERS: Final = """
    abroad accord according account across activist actual additional administration adviser advocate agency agent
    agreement aid aide aim air aircraft airline airport allegation alliance ally alone already alternative analysis
    animal announcement annual another anyone apart apparent appeal applicant approval approach area argument army
    around arrest article artist asked assembly asset assistant association assuming astronomer athlete attack
    attempt attendance attorney audience author authority average award backer baby bad ban bank banker battery
    battle beginning behind benefit besides better beyond big bill billionaire birth blast board boat body bomb
    bond book border borrower boss boy brand breaking briefing broad broker brother budget builder building
    business buyer cabinet call campaign campaigner candidate capital car care cargo carmaker carrier case cash
    cause cell central certain challenge champion chance change charge charity chemist child children chip
    chipmaker choice church citizen city citing civil civilian claim class climate clinic closing cloud club coach
    coal coalition coast collector college combined comment commerce commercial commission committee commodity
    common community company competition competitor complaint compared computer concern conference conflict
    confidence conservative considering construction consumer contract control cost could council counsel country
    couple court cover credit crew crime criminal crisis critic crowd crude currency current customer customs cut
    cyber daily damage data date daughter day deal dealer death debate debt decade decision declaration deep
    defendant defence defense delay delegate delegation delivery demand democracy demonstrator department deputy
    despite detail detective developer development device diplomacy diplomat direct director disaster discussion
    dispute district divided dividend doctor document dollar domestic donor doubt dozen draft driver drone drug
    duty early earlier earning earth earthquake east eastern economic economist economy editor education effort
    election electric electricity email embassy emergency emission employee employer employment end energy engineer
    engine enough entire environment environmental equity error especially establishment estimate even evening
    event eventual everyone everything evidence exact example except exchange executive expansion expectation
    expert explosion export exporter exposure extra face facility fact factory failure family fan far farmer father
    fear federal fee female fewer fighter fighting figure film final finance financial finding fire firefighter
    firm fiscal fisherman fishing flight flood following food football force forecast forecaster foreign forest
    former found founder fraud free freight frequent fresh friend frustrated fuel full fund funding further future
    gain game gang gas general generally girl given giving global going gold good goods government governor grain
    gross group growing growth guard guest gun gunman half hard having head headline health heavy hedge help high
    history holder holding holiday home hope hospital hostage hotel hour hours house household housing human
    hundred hunter husband ice idea image immediate immigration impact import importer improved incident income
    increase increasing independent index individual industrial industry inflation information infrastructure
    initial injury inquiry inspector instead institution insurance insurer intelligence interest international
    internal investigation investigator investment investor island islander issue jet job joint journalist judge
    jury justice key kid killing king labor labour lack land landlord language large largest late later launch law
    lawmaker lawsuit lawyer lead leader leading league legal legislation legislator lender letter level liberal
    life limited line list listed litigation little living loan lobbyist local long longer loss lot low lower lunch
    machine main maintenance majority maker man manager management mandate manufacturer manufacturing many map
    margin market marine mass massive material matter mayor meanwhile measure media medical meeting member memory
    men merger message metal middle migrant military militant mine mineral miner mining minister ministry minor
    minority mission mobile model moderate modern moment money month monthly moreover morning mortgage mother
    motion motorist mountain move movement music name nation national native natural nature naval navy nearby
    negotiation negotiator neighbour neighbor net network neutral news newspaper next night nobody none normal
    north northern note nothing notice nuclear number nurse nursing observer ocean offer office officer official
    oil older online open opening operation operator opinion opponent opposition option order ordinary organiser
    organizer organization organisation original outside outrage overall overnight overseas owner pandemic panel
    paper parent park part participant particular partner party passenger past patient pay payment peace pension
    people percent performance period permission person personal petition petrol pilot pipeline place plaintiff
    plan plane planning plant plastic platform player pleas point police policy policyholder political politician
    politics poll pollster poor popular population port position possible post poverty power practical premium
    prepared presence present president press pressure previous price primary prime prince prior prison prisoner
    private probe problem proceeding processing producer product production profit program programme progress
    project prominent promise proof property proposal prosecutor prospect protection protester provider province
    public publication publisher pupil purchase quality quarterly question quick race radio raid rail rain rare
    rate rating ratio raw reaction reader reading real rebel recent recession record reduction referendum reform
    refugee region regional regulation regulator related relation relative release relief religious rent report
    reporter reporting representative republican rescue rescuer research researcher resident resistance resolution
    resource respondent response responsible restaurant result retail retailer return revenue review rice rich
    right rising risk rival river road role room round rule ruler ruling rumour run rural safety salary sale
    sanction satellite saving scheme school science scientist sea season second secret secretary section sector
    security seeking seller senator senior separate series serious service session settlement several severe
    shareholder share sharp shelling ship shipment shipper shipping shop shopper shooting short shortage show side
    signatory significant silver similar simple single site situation skill small smaller social society software
    soldier solar solid someone something sometimes son soon source south southern space speaker speaking special
    specialist specific speculation speech spending spokesman spokeswoman spokesperson spring staff stake standard
    start startup state statement station statistic steady steel step stock storage store storm story strategist
    strategy street strike striker strong student study subsidiary subsidy success sudden suit summer summit
    supermarket supplier supply support supporter surgeon surging surprise surrounding survey survivor suspect
    suspicion system talk target tariff task tax taxpayer teacher team tech technical technology teenager telephone
    television temperature temporary tenant tension term territory terrorist test testimony text thanks thing
    thousand threat ticket time today together token tomorrow tonight top total tough tour tourism tourist town
    trade trader trading tradition traditional traffic training transaction transport travel traveller treatment
    treaty trial trip troop trouble truck trust turnout turnover ultimate unemployment union unit unknown unless
    unlike unprecedented upper urban use user usual vaccine valuation value vehicle vendor version vessel veteran
    victim victory video village villager violence visa visitor volume volunteer vote voter wage wait war warehouse
    warning water wave weak wealth weapon weather website week weekly weekend west western whole wholesale wide
    wider widespread wife wildfire wind winter witness woman women word work worker world worldwide worried worry
    worst writer writing year yesterday yet yield young younger youth
    """
OPENERS: Final = frozenset(
    stem(word) for word in [*_OPENERS.split(), *TITLES, *"analyses authorities abilities activities".split()]
)

# One line a country or body: its name, then other names, demonyms and, after the bar, the capital that stands for it.
_COUNTRIES: Final = """
    united states,us,usa,united states of america,america,american,americans|washington,white house
    united kingdom,uk,britain,great britain,british,briton,britons|london,downing street,westminster
    european union,eu|brussels
    united nations,un|
    united arab emirates,uae,emirati,emiratis|abu dhabi
    denmark,danish,dane,danes|copenhagen
    greenland,greenlandic,greenlander,greenlanders,kalaallit nunaat|nuuk
    faroe islands,faroese,faroes|torshavn
    china,chinese|beijing
    russia,russian,russians,russian federation|moscow,kremlin
    ukraine,ukrainian,ukrainians|kyiv,kiev
    germany,german,germans|berlin
    france,french,frenchman,frenchwoman|paris,elysee
    spain,spanish,spaniard,spaniards|madrid
    italy,italian,italians|rome
    netherlands,dutch,holland|the hague
    poland,polish,pole,poles|warsaw
    sweden,swedish,swede,swedes|stockholm
    norway,norwegian,norwegians|oslo
    finland,finnish,finn,finns|helsinki
    iceland,icelandic,icelander,icelanders|reykjavik
    ireland,irish|dublin
    scotland,scottish,scots|edinburgh
    england,english|
    wales,welsh|cardiff
    switzerland,swiss|bern
    austria,austrian,austrians|vienna
    belgium,belgian,belgians|
    portugal,portuguese|lisbon
    greece,greek,greeks|athens
    turkey,turkish,turk,turks,turkiye|ankara
    israel,israeli,israelis|jerusalem
    iran,iranian,iranians|tehran
    iraq,iraqi,iraqis|baghdad
    saudi arabia,saudi,saudis|riyadh
    japan,japanese|tokyo
    south korea,south korean,south koreans|seoul
    north korea,north korean,north koreans|pyongyang
    taiwan,taiwanese|taipei
    india,indian,indians|new delhi,delhi
    pakistan,pakistani,pakistanis|islamabad
    vietnam,vietnamese|hanoi
    thailand,thai,thais|bangkok
    philippines,filipino,filipinos,philippine|manila
    indonesia,indonesian,indonesians|jakarta
    malaysia,malaysian,malaysians|kuala lumpur
    australia,australian,australians|canberra
    new zealand,new zealander,new zealanders|wellington
    canada,canadian,canadians|ottawa
    mexico,mexican,mexicans|mexico city
    brazil,brazilian,brazilians|brasilia
    argentina,argentine,argentines,argentinian|buenos aires
    chile,chilean,chileans|santiago
    peru,peruvian,peruvians|lima
    egypt,egyptian,egyptians|cairo
    south africa,south african,south africans|pretoria
    europe,european,europeans|
    africa,african,africans|
    asia,asian,asians|
    """
_LINES: Final = [line.strip().partition("|") for line in _COUNTRIES.split("\n") if line.strip()]
COUNTRIES: Final = {name: line[0].split(",")[0] for line in _LINES for name in line[0].split(",")}
CAPITALS: Final = {name: line[0].split(",")[0] for line in _LINES for name in line[2].split(",") if name}

# What a stem may end in when it means the people or the adjective of a place or a person.
KIN_ENDINGS: Final = frozenset(["", *"a n an ian ans ians ese ish i is ic er ers s o y".split()])

# Acronyms whose long form is written without capitals.
ACRONYMS: Final = {
    "ai": "artificial intelligence",
    "cpi": "consumer price",
    "ev": "electric vehicle",
    "evs": "electric vehicle",
    "gdp": "gross domestic product",
    "ipo": "initial public offering",
    "mp": "member of parliament",
    "mps": "members of parliament",
    "pm": "prime minister",
    "tv": "television",
}
