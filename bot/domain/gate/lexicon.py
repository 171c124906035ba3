"""Word lists: of the name rule titles, common words that open sentences, and countries under all their names; of the
doubts negations and opposites.

Standard library only, no I/O. Tables only; English first, since a claim is written in the language of its sources and
words that stand in the article need no list.
"""

from typing import Final

from bot.domain.text import stem

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

# Sentences and headlines open with these: where the capital says nothing, they are no names.
_OPENERS: Final = """
    abroad accord according account accuse across activist actual additional additionally administration adviser
    advocate agency agent agree agreement aid aide aim air aircraft airline airport allegation alliance ally almost
    alone already alternative altogether amid analysis animal announce announcement annual annually another anyone
    apart apparent appeal applicant approach approval approve approximately area argument army around arrest
    article artist asked assembly asset assistant association assuming astronomer athlete attack attempt attendance
    attorney audience author authority average award baby back backer bad ban bank banker barely battery battle
    beat beginning behind benefit besides better beyond big bill billionaire birth blast block board boat body bomb
    bond book border borrower boss boy brace brand breaking briefing briefly broad broadly broker brother budget
    builder building business buyer cabinet call campaign campaigner candidate capital car care cargo carmaker
    carrier case cash cause cell central certain challenge champion chance change charge charity chemist child
    children chip chipmaker choice church citing citizen city civil civilian claim class clearly climate climb
    clinic closely closing cloud club coach coal coalition coast collapse collector college combined comment
    commerce commercial commission committee commodity common commonly community company compared competition
    competitor complaint computer concern conference confidence confirm conflict consequently conservative consider
    considering construction consumer contract control cost could council counsel country couple court cover credit
    crew crime criminal crisis critic crowd crude currency current currently customer customs cut cyber daily
    damage data date daughter day deal dealer death debate debt decade decision declaration deep defence defendant
    defense delay delegate delegation delivery demand democracy demonstrator deny department deputy despite detail
    detective developer development device die diplomacy diplomat direct director disaster discussion dispute
    district divided dividend doctor document dollar domestic donor doubt dozen draft driver drone drop drug duty
    earlier early earning earth earthquake ease east eastern economic economist economy editor education effort
    election electric electricity email embassy emergency emission employee employer employment end ending energy
    engine engineer enough entire environment environmental equity error especially establishment estimate even
    evening event eventual eventually everyone everything evidence exact exactly example except exchange executive
    expand expansion expect expectation expert explosion export exporter exposure extend extra eye face facility
    fact factory failure fall family fan far farmer father fear federal fee female fewer fighter fighting figure
    film final finally finance financial finding fire firefighter firm fiscal fisherman fishing flight flood
    following food football force forecast forecaster foreign forest former formerly fortunately found founder
    fraud free freight frequent fresh friend frustrated fuel full fully fund funding further future gain game gang
    gas general generally gets girl given giving global globally going gold good goods government governor
    gradually grain gross group growing growth guard guest gun gunman half halt hard hardly having head headline
    health heavy hedge help hence high historically history hit hold holder holding holiday home hope hospital
    hostage hotel hour hours house household housing however human hundred hunter husband ice idea ideally image
    immediate immigration impact import importer impose improved incident income increase increasing increasingly
    independent index individual industrial industry inflation information infrastructure initial initially injure
    injury inquiry inspector instead institution insurance insurer intelligence interest internal internally
    international invest investigation investigator investment investor island islander issue jail jet job join
    joint journalist judge jump jury justice keep key kid kill killing king labor labour lack land landlord
    language large largely largest late lately later launch law lawmaker lawsuit lawyer lead leader leading league
    leave legal legally legislation legislator lender letter level liberal life lift likewise limited line list
    listed litigation little living loan lobbyist local locally long longer lose loss lot low lower lunch machine
    main mainly maintenance majority maker man management manager mandate manufacturer manufacturing many map
    margin marine market mass massive material matter mayor meanwhile measure media medical meet meeting member
    memory men merger message metal middle migrant militant military mine miner mineral mining minister ministry
    minor minority miss mission mobile model moderate modern moment money month monthly moreover morning mortgage
    mostly mother motion motorist mountain move movement mull music name namely nation national nationally native
    natural nature naval navy nearby nearly negotiation negotiator neighbor neighbour net network neutral
    nevertheless news newspaper next night nobody none nonetheless normal normally north northern notably note
    nothing notice notwithstanding nuclear number nurse nursing observer ocean offer office officer official
    officially oil older online open opening operation operator opinion opponent opposition option order ordinary
    organisation organiser organization organizer original originally outrage outside over overall overnight
    overseas owner pandemic panel paper parent park part participant particular partly partner party passenger past
    patient pause pay payment peace pension people percent performance perhaps period permission person personal
    petition petrol pilot pipeline place plaintiff plan plane planning plant plastic platform player pleas plunge
    point police policy policyholder political politician politics poll pollster poor popular population port
    position possible possibly post potentially poverty power practical premium prepared presence present president
    press pressure presumably previous previously price primary prime prince prior prison prisoner private
    privately probably probe problem proceeding processing producer product production profit program programme
    progress project prominent promise proof property proposal prosecutor prospect protection protest protester
    provider province public publication publicly publisher pull pupil purchase push quality quarterly question
    quick quickly quietly quit race radio raid rail rain raise rare rarely rate rating ratio raw reach reaction
    reader reading real rebel recent recently recession record reduction referendum reform refugee regardless
    region regional regulation regulator reject related relation relative release relief religious remain rent
    report reportedly reporter reporting representative republican rescue rescuer research researcher resident
    resign resistance resolution resource respondent response responsible restaurant result resume retail retailer
    return reveal revenue review rice rich right rise rising risk rival river road role room roughly round rule
    ruler ruling rumour run rural safety salary sale sanction satellite saving say scheme school science scientist
    sea season second secret secretary section sector security see seeking sell seller senator send senior separate
    separately series serious seriously service session set settlement several severe share shareholder sharp
    sharply shelling shift ship shipment shipper shipping shooting shop shopper short shortage shortly show shut
    side sign signatory significant silver similar similarly simple simply single site situation skill slide
    slightly slip slow slowly slump small smaller soar social society software solar soldier solid someone
    something sometimes son soon source south southern space speaker speaking special specialist specific
    specifically speculation speech spend spending split spokesman spokesperson spokeswoman spring staff stake
    standard start startup state statement station statistic stay steady steel step stock stop storage store storm
    story strategist strategy street strike striker strong student study subsequently subsidiary subsidy success
    sudden sue suit summer summit supermarket supplier supply support supporter supposedly surge surgeon surging
    surprise surrounding survey survivor suspect suspicion system take talk target tariff task tax taxpayer teacher
    team tech technical technically technology teenager telephone television tell temperature temporarily temporary
    tenant tension term territory terrorist test testimony text thanks thereafter therefore thing though thousand
    threat threaten ticket tighten time today together token tomorrow tonight top total tough tour tourism tourist
    town trade trader trading tradition traditional traffic training transaction transport travel traveller
    treatment treaty trial trip troop trouble truck trust tumble turn turnout turnover typically ultimate
    ultimately under unemployment unexpectedly unfortunately union unit unknown unless unlike unprecedented unveil
    upper urban urge use user usual usually vaccine valuation value vehicle vendor version vessel veteran victim
    victory video village villager violence visa visit visitor volume volunteer vote voter vow wage wait want war
    warehouse warn warning water wave weak wealth weapon weather website week weekend weekly weigh west western
    whatever whenever whereas wherever whoever whole wholesale wide wider widespread wife wildfire win wind winter
    witness woman women word work worker world worldwide worried worry worst writer writing year yesterday yet
    yield young younger youth
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

# "sin", without in Spanish, is his in Danish.
NEGATIONS: Final = frozenset(
    """not no never none nobody nothing neither nor without cannot hardly barely scarcely unable fail fails failed
    failing failure
    nicht kein keine keinen keinem keiner keines nie niemals ohne weder nichts niemand
    ne pas jamais aucun aucune sans rien
    ikke ingen intet aldrig uden hverken
    nunca ningun ninguna ninguno nada nadie tampoco""".split()
)
# Negations that stand behind the verb that they deny.
BEHIND_VERBS: Final = frozenset({"nicht", "ikke", "pas"})

# Words of one side, and words of the other.
OPPOSITES: Final = (
    (
        """rise rises rose risen rising raise raises raised increase grow grew grown growth climb jump surge soar higher
        rally leap leapt advance swell expand boost lift accelerate upped hike
        steigen steigt stieg gestiegen anstieg erhohen erhoht hoher hausse augmenter augmente augmentation
        stige stiger steg steget stigning oge oget subir sube subio subida aumentar aumento crecer crecio""",
        """fall falls fell fallen drop decline decrease sink sank sunk slump slide slid plunge tumble plummet dip shrink
        shrank reduce reduction lower cut slash downturn dwindle
        sinken sinkt gesunken fallen fiel gefallen ruckgang senken gesenkt niedriger baisse baisser diminuer recul
        chute falde falder faldt faldet fald bajar baja cayo caer caida reducir disminuir""",
    ),
    ("more exceed mehr mere mas", "less fewer weniger mindre moins menos"),
    ("above over", "below under"),
    ("up upward", "down downward"),
    ("gain profit gewinn benefice ganancia", "loss lose losing deficit verlust perte perdida"),
    ("win won winning victory", "lose lost losing defeat"),
    ("agree accept approve grant support welcome", "refuse reject oppose disagree deny denied"),
    ("buy bought purchase", "sell sold sale"),
    ("allow permit let", "ban banned prohibit forbid forbidden block"),
    ("start begin began begun launch open", "end stop halt cease close shut"),
    ("install add", "remove uninstall delete"),
    ("strong stronger strengthen", "weak weaker weaken"),
    ("high highest", "low lowest"),
    ("most maximum", "least minimum"),
    ("best better", "worst worse"),
    ("first", "last"),
    ("before", "after"),
    ("succeed success successful", "fail failure unsuccessful"),
    ("guilty convict conviction", "innocent acquit acquitted acquittal"),
    ("arrest detain", "release freed"),
    ("import", "export"),
    ("join enter arrive", "leave left exit depart"),
    ("alive survive survivor", "dead die died kill"),
    ("man men boy male husband father son brother", "woman women girl female wife mother daughter sister"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("public", "private"),
    ("true", "false"),
    ("early earlier", "late later"),
)
