"""What a folder of a trader's files must be like, and how it is told what is wrong with it."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.imports.trade_files import BadTrade, ProductRow, read_trade
from catalog.values import Allergen, Allergens, NotStated, StorageZone
from efi.domain.values import Money

DEMO = Path(__file__).parents[2] / "demo" / "northwind"

CATEGORIES = """\
slug,name,parent,description
beverages,Beverages,,"Soft drinks, coffees, teas, beers, and ales"
condiments,Condiments,,"Sweet and savory sauces, relishes, spreads, and seasonings"
"""
SUPPLIERS = """\
code,name,contact_name,street,city,region,postal_code,country,phone
1,Exotic Liquids,Charlotte Cooper,49 Gilbert St.,London,,EC1 4SD,GB,(171) 555-2222
18,Aux joyeux ecclésiastiques,Guylène Nodier,"203, Rue des Francs-Bourgeois",Paris,,75004,FR,(1) 03.83.00.68
"""
PRODUCTS = """\
sku,name,category,supplier,country_of_origin,unit,list_price,currency,stock_on_hand,reorder_point,discontinued
NW-001,Chai,beverages,1,GB,10 boxes x 20 bags,18.00,USD,39,10,false
NW-005,Chef Anton's Gumbo Mix,condiments,1,US,36 boxes,21.35,USD,0,0,true
NW-039,Chartreuse verte,beverages,18,FR,750 cc per bottle,18.00,USD,69,5,false
"""
CHAI, GUMBO_MIX, CHARTREUSE = PRODUCTS.splitlines()[1:]
LABELLED = (
    PRODUCTS.splitlines()[0] + ",description,allergens_contains,allergens_may_contain,storage_zone,shelf_life_days\n"
)


@pytest.fixture
def folder(tmp_path):
    """A good one, in which a test replaces what it is about."""

    def write(*, categories=CATEGORIES, suppliers=SUPPLIERS, products=PRODUCTS):
        for name, text in {"categories": categories, "suppliers": suppliers, "products": products}.items():
            (tmp_path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def problems(folder):
    with pytest.raises(BadTrade) as refusal:
        read_trade(folder)
    return [str(problem) for problem in refusal.value.problems]


def product(folder) -> ProductRow:
    return read_trade(folder).products[0]


def chai(old, new):
    """The good products, but for one cell of the first."""
    assert old in CHAI
    return PRODUCTS.replace(CHAI, CHAI.replace(old, new))


def labelled(*cells):
    """One product that has the optional columns."""
    return LABELLED + ",".join([CHAI, *cells]) + "\n"


class TestGoodFolders:
    def test_the_demo_is_one_and_states_what_each_product_contains(self):
        trade = read_trade(DEMO)
        assert (len(trade.categories), len(trade.suppliers), len(trade.products)) == (8, 29, 77)
        assert all(row.description.allergens is not None for row in trade.products)
        assert all(row.description.shelf_life_days for row in trade.products)

    def test_the_demo_names_its_licence_and_origin(self):
        words = (DEMO / "README.md").read_text()
        assert "Microsoft Public License" in words
        assert "Northwind sample database" in words

    def test_a_product_is_read_with_all_that_the_files_say(self, folder):
        chartreuse = read_trade(folder()).products[2]
        assert (chartreuse.line, chartreuse.sku, chartreuse.supplier) == (4, "NW-039", "18")
        assert chartreuse.description.name == "Chartreuse verte"
        assert chartreuse.price == Money(amount=Decimal("18.00"), currency="USD")
        assert (chartreuse.stock_on_hand, chartreuse.discontinued) == (69, False)

    def test_without_the_optional_columns_a_product_gets_name_and_unit_and_states_no_allergens(self, folder):
        drafted = product(folder()).drafted(category_ids=(), supplier_id=None)
        assert drafted.description == "Chai, 10 boxes x 20 bags"
        described = product(folder()).description
        assert (described.allergens, described.shelf_life_days) == (None, None)
        assert described.storage_zone is StorageZone.AMBIENT

    def test_the_optional_columns_are_taken_over(self, folder):
        described = product(folder(products=labelled("Spiced tea.", "SOY; DAIRY", "NUTS", "chilled", "30"))).description
        assert (described.description, described.shelf_life_days) == ("Spiced tea.", 30)
        assert described.allergens == Allergens(contains=(Allergen.DAIRY, Allergen.SOY), may_contain=(Allergen.NUTS,))
        assert described.storage_zone is StorageZone.CHILLED

    def test_empty_allergen_cells_state_nothing(self, folder):
        described = product(folder(products=labelled("", "", "", "", ""))).description
        assert (described.allergens, described.not_stated) == (None, (NotStated.ALLERGENS, NotStated.NUTRITION))

    def test_none_states_that_there_are_none(self, folder):
        described = product(folder(products=labelled("", "NONE", "", "", ""))).description
        assert described.allergens == Allergens(contains=(), may_contain=())

    def test_categories_come_parents_first_wherever_they_stand(self, folder):
        rows = "slug,name,parent,description\nteas,Teas,beverages,\nbeverages,Beverages,,\ncondiments,Condiments,,\n"
        trade = read_trade(folder(categories=rows))
        assert [(row.slug, row.parent) for row in trade.categories] == [
            ("beverages", None),
            ("condiments", None),
            ("teas", "beverages"),
        ]

    def test_five_levels_are_allowed(self, folder):
        rows = "slug,name,parent,description\nbeverages,B,,\ncondiments,C,beverages,\nc,C,condiments,\nd,D,c,\ne,E,d,\n"
        assert len(read_trade(folder(categories=rows)).categories) == 5

    @pytest.mark.parametrize(
        "change", [("\n", "\r\n"), ("\n", "\r"), ("sku,", "\ufeffsku,"), ("\nNW-005", "\n\n\nNW-005")]
    )
    def test_line_ends_byte_order_marks_and_blank_lines_do_not_matter(self, folder, change):
        products = PRODUCTS.replace(*change)
        assert [row.sku for row in read_trade(folder(products=products)).products] == ["NW-001", "NW-005", "NW-039"]

    def test_columns_may_stand_in_any_order(self, folder):
        turned = "\n".join(",".join(reversed(line.split(","))) for line in PRODUCTS.splitlines())
        assert product(folder(products=turned)).sku == "NW-001"

    @pytest.mark.parametrize("price", ["0.01", "9999999.99", "7"])
    def test_the_lowest_and_the_highest_price_pass(self, folder, price):
        assert product(folder(products=chai("18.00", price))).price.amount == Decimal(price)


class TestWhatSpreadsheetsWrite:
    """The same trade, however a spreadsheet has saved it."""

    @pytest.mark.parametrize(("said", "means"), [("TRUE", True), ("False", False), ("FALSCH", False), ("Vrai", True)])
    def test_true_and_false_in_any_case(self, folder, said, means):
        assert product(folder(products=chai("false", said))).discontinued is means

    @pytest.mark.parametrize("separator", [";", "\t"])
    def test_cells_between_semicolons_or_tabs(self, folder, separator):
        trade = read_trade(folder(products=PRODUCTS.replace(",", separator)))
        assert [row.sku for row in trade.products] == ["NW-001", "NW-005", "NW-039"]

    @pytest.mark.parametrize(
        ("said", "price"), [("45,60", "45.60"), ("1.234,50", "1234.50"), ("1234,5", "1234.5"), ("0,99", "0.99")]
    )
    def test_decimal_commas(self, folder, said, price):
        assert product(folder(products=chai("18.00", f'"{said}"'))).price.amount == Decimal(price)

    @pytest.mark.parametrize("blank", [",,,,,,,,,,\n", ' , ,"",,,,,,,,\n', "  \n"])
    def test_blank_rows_are_passed_over(self, folder, blank):
        assert len(read_trade(folder(products=blank + PRODUCTS + 3 * blank)).products) == 3

    def test_blank_columns_are_passed_over(self, folder):
        products = "".join(f",{line},,\n" for line in PRODUCTS.splitlines())
        assert len(read_trade(folder(products=products)).products) == 3

    def test_a_text_in_a_column_without_a_name_is_told(self, folder):
        products = "".join(f",{line}\n" for line in PRODUCTS.splitlines()).replace(",NW-005", "dear,NW-005")
        assert problems(folder(products=products)) == ['products.csv:3: column 1 has no name, and holds "dear"']

    def test_cells_beyond_the_header_may_be_blank(self, folder):
        assert len(read_trade(folder(products=PRODUCTS.replace("false", "false,,"))).products) == 3


class TestBadRows:
    def test_one_mistake_is_told_once(self, folder):
        """What is taken for premium in the place of a word that says nothing lacks its proof."""
        header, *rows = PRODUCTS.splitlines()
        products = "\n".join([f"{header},premium", *(f"{row},maybe" for row in rows[:1])])
        assert problems(folder(products=products)) == ['products.csv:2: premium "maybe" must be TRUE or FALSE']

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("NW-001", "", "sku is empty"),
            ("NW-001", "N", 'sku "N" must be 2 to 32 of A-Z, 0-9, - and .'),
            ("NW-001", "nw-001", 'sku "nw-001" must be 2 to 32 of A-Z, 0-9, - and .'),
            ("Chai", "  ", "name is empty"),
            ("Chai", "C" * 201, f'name "{"C" * 39}…" must be one line of at most 200 characters'),
            ("Chai", '"Cha\ni"', 'name "Cha\N{REPLACEMENT CHARACTER}i" must be one line of at most 200 characters'),
            ("10 boxes x 20 bags", "", "unit is empty"),
            ("beverages", "", "category is empty"),
            ("beverages", "drinks", 'category "drinks" is not in categories.csv'),
            (",1,", ",,", "supplier is empty"),
            (",1,", ",99,", 'supplier "99" is not in suppliers.csv'),
            (",GB,", ",UK1,", 'country_of_origin "UK1" must be two upper-case letters'),
            (",GB,", ",gb,", 'country_of_origin "gb" must be two upper-case letters'),
            ("18.00", "", "list_price is empty"),
            ("18.00", "-3", 'list_price "-3" must be above zero'),
            ("18.00", "0.00", 'list_price "0.00" must be above zero'),
            ("18.00", "10000000.00", 'list_price "10000000.00" must be at most 9999999.99'),
            ("18.00", "18.005", 'list_price "18.005" has more than two decimals'),
            ("18.00", "cheap", 'list_price "cheap" is not a number'),
            ("18.00", "NaN", 'list_price "NaN" is not a number'),
            ("18.00", "1e3", 'list_price "1e3" is not a number'),
            ("18.00", '"18,005"', 'list_price "18,005" is not a number'),
            ("18.00", '"1,800.00"', 'list_price "1,800.00" is not a number'),
            ("18.00", "٣", 'list_price "٣" is not a number'),
            ("USD", "", "currency is empty"),
            ("USD", "JPY", 'currency "JPY" must be one of BBD, USD, EUR, GBP, BRL'),
            (",39,", ",-1,", 'stock_on_hand "-1" must be a whole number from 0 to 1000000000'),
            (",39,", ",1.5,", 'stock_on_hand "1.5" must be a whole number from 0 to 1000000000'),
            (",39,", ",1000000001,", 'stock_on_hand "1000000001" must be a whole number from 0 to 1000000000'),
            (",39,", ",,", "stock_on_hand is empty"),
            (",10,", ",few,", 'reorder_point "few" must be a whole number from 0 to 1000000000'),
            ("false", "no", 'discontinued "no" must be TRUE or FALSE'),
            (",10,false", ",10", "has 10 cells, the header has 11"),
            ("false", "false,x", "has 12 cells, the header has 11"),
            ("Chai", "Ch\0ai", "holds a NUL byte"),
            ("Chai", '"Chai"x', "is not CSV: ',' expected after '\"'"),
        ],
    )
    def test_a_product_is_refused_for_one_cell(self, folder, old, new, reason):
        assert problems(folder(products=chai(old, new))) == [f"products.csv:2: {reason}"]

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            (("", "MILK", "", "", ""), 'allergens_contains: "MILK" must be one of GLUTEN, CRUSTACEANS, EGGS, '),
            (("", "", "SOY", "", ""), "allergens_contains is empty: what it contains, or NONE"),
            (
                ("", "NONE", "SOY;soy", "", ""),
                'allergens_may_contain: "soy" must be one of GLUTEN, CRUSTACEANS, EGGS, ',
            ),
            (("", "", "", "cellar", ""), 'storage_zone "cellar" must be one of ambient, chilled, frozen'),
            (("", "", "", "", "0"), 'shelf_life_days "0" must be a whole number from 1 to 36500'),
            (("", "", "", "", "long"), 'shelf_life_days "long" must be a whole number from 1 to 36500'),
            (("x" * 10_001, "", "", "", ""), "description has 10001 characters, 10000 is the most"),
        ],
    )
    def test_an_optional_cell_is_refused_too(self, folder, cells, reason):
        [problem] = problems(folder(products=labelled(*cells)))
        assert problem.startswith(f"products.csv:2: {reason}")

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("wine,Wine,drinks,", 'parent "drinks" is not in categories.csv'),
            ("Wine & Co,Wine,,", 'slug "Wine & Co" must be lower-case letters, digits and single hyphens, 100 at most'),
            ("wine,,,", "name is empty"),
            (",Wine,,", "slug is empty"),
            ("wine,Wine,wine,", 'category "wine" is inside itself'),
            ("beverages,Wine,,", 'slug "beverages" is already in line 2'),
        ],
    )
    def test_a_category_is_refused_for_one_cell(self, folder, row, reason):
        assert problems(folder(categories=CATEGORIES + row)) == [f"categories.csv:4: {reason}"]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("1,Pavlova,,,,,,AU,", 'code "1" is already in line 2'),
            ("a b,Pavlova,,,,,,AU,", 'code "a b" must be 1 to 40 of A-Z, a-z, 0-9, and inside also . _ / -'),
            ("7,,,,,,,AU,", "name is empty"),
            ("7,Pavlova,,,,,,Australia,", 'country "Australia" must be two upper-case letters'),
        ],
    )
    def test_a_supplier_is_refused_for_one_cell(self, folder, row, reason):
        assert problems(folder(suppliers=SUPPLIERS + row)) == [f"suppliers.csv:4: {reason}"]

    def test_a_doubled_sku_names_both_lines(self, folder):
        assert problems(folder(products=PRODUCTS + CHAI)) == ['products.csv:5: sku "NW-001" is already in line 2']

    def test_categories_in_a_circle_are_named_and_those_below_it_are_not(self, folder):
        rows = "slug,name,parent,description\nbeverages,B,condiments,\ncondiments,C,beverages,\nteas,T,beverages,\n"
        assert problems(folder(categories=rows)) == [
            'categories.csv:2: category "beverages" is inside itself',
            'categories.csv:3: category "condiments" is inside itself',
        ]

    def test_a_sixth_level_is_one_too_many(self, folder):
        rows = "a,A,beverages,\nb,B,a,\nc,C,b,\nd,D,c,\ne,E,d,\n"
        assert problems(folder(categories=CATEGORIES + rows)) == [
            'categories.csv:8: category "e" is at level 6, 5 is the deepest'
        ]


class TestBadFiles:
    def test_a_missing_file_is_told_once_and_without_what_follows_from_it(self, folder):
        without_categories = folder()
        (without_categories / "categories.csv").unlink()
        assert problems(without_categories) == ["categories.csv: no such file or directory"]

    def test_an_empty_file_has_no_header(self, folder):
        assert problems(folder(suppliers="")) == ["suppliers.csv: has no header row"]

    def test_a_missing_column_is_told_in_the_line_of_the_header(self, folder):
        products = "\n".join(line.partition(",")[2] for line in PRODUCTS.splitlines())
        assert problems(folder(products=products)) == ['products.csv:1: column "sku" is missing']

    def test_a_column_that_nobody_reads_is_refused(self, folder):
        products = "\n".join(f"{line},x" for line in PRODUCTS.splitlines())
        assert problems(folder(products=products)) == ['products.csv:1: column "x" is not known']

    def test_a_doubled_column_is_refused(self, folder):
        products = "\n".join(f"{line},x" for line in PRODUCTS.splitlines()).replace(
            "discontinued,x", "discontinued,sku"
        )
        assert 'products.csv:1: column "sku" is there 2 times' in problems(folder(products=products))

    def test_one_allergen_column_needs_the_other(self, folder):
        products = "\n".join(f"{line}," for line in PRODUCTS.splitlines())
        products = products.replace("discontinued,", "discontinued,allergens_contains")
        assert problems(folder(products=products)) == [
            'products.csv:1: columns "allergens_contains" and "allergens_may_contain" go together'
        ]

    def test_a_file_in_another_encoding_is_told_once_by_its_first_bad_byte(self, folder):
        german = SUPPLIERS.replace("Exotic", "Exotique é").encode("cp1252")
        assert problems(folder(suppliers=german)) == [
            'suppliers.csv: is not UTF-8 (byte 0xE9 at position 12 of line 2): save it again as "CSV UTF-8"'
        ]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_a_file_in_utf_16_is_told_once(self, folder, encoding):
        assert problems(folder(products=f"\ufeff{PRODUCTS}".encode(encoding))) == [
            'products.csv: is in UTF-16, not UTF-8: save it again as "CSV UTF-8"'
        ]

    def test_a_quote_that_is_never_closed_is_told_where_it_opens_with_each_row_that_it_swallows(self, folder):
        swallowed = PRODUCTS.replace("Chef", '"Chef') + "\n" + CHAI.replace("NW-001", "NW-002")
        assert problems(folder(products=swallowed)) == [
            "products.csv:3: opens a quote that is not closed: 2 more lines are lost with it, up to 6",
            "products.csv:4: is inside the quotes of line 3",
            "products.csv:6: is inside the quotes of line 3",
        ]

    def test_so_it_is_where_the_next_quote_ends_it(self, folder):
        quoted = PRODUCTS.replace("Chef", '"Chef').replace("Chartreuse verte", '"Chartreuse verte"')
        assert problems(folder(products=f"{quoted}{CHAI.replace('NW-001', 'NW-002')}\n")) == [
            "products.csv:3: opens a quote that is not closed: 1 more lines are lost with it, up to 4",
            "products.csv:4: is inside the quotes of line 3",
        ]

    def test_a_row_of_too_few_cells_names_those_inside_its_quotes_too(self, folder):
        quoted = PRODUCTS.replace("Chef", '"Chef').replace("verte,beverages,", 'verte,beverages",')
        assert problems(folder(products=quoted)) == [
            "products.csv:3: has 10 cells, the header has 11",
            "products.csv:4: is inside the quotes of line 3",
        ]

    def test_a_line_number_counts_the_lines_inside_quotes(self, folder):
        suppliers = SUPPLIERS.replace("203, Rue", "203,\n\nRue") + "7,,,,,,,AU,\n"
        assert problems(folder(suppliers=suppliers)) == ["suppliers.csv:6: name is empty"]

    def test_what_is_shown_of_a_cell_cannot_steer_a_terminal(self, folder):
        [problem] = problems(folder(products=chai("USD", "\x1b[2J")))
        assert "\x1b" not in problem

    def test_everything_is_told_at_once_by_file_and_line(self, folder):
        told = problems(
            folder(
                categories=CATEGORIES + "wine,,drinks,\n",
                suppliers=SUPPLIERS + "7,Pavlova,,,,,,Australia,\n",
                products=f"{PRODUCTS}{CHAI.replace('18.00', '-3').replace('39', 'many')}\n{GUMBO_MIX},x\n{CHARTREUSE}\n",
            )
        )
        assert told == [
            'categories.csv:4: parent "drinks" is not in categories.csv',
            "categories.csv:4: name is empty",
            'suppliers.csv:4: country "Australia" must be two upper-case letters',
            'products.csv:5: sku "NW-001" is already in line 2',
            'products.csv:5: list_price "-3" must be above zero',
            'products.csv:5: stock_on_hand "many" must be a whole number from 0 to 1000000000',
            "products.csv:6: has 12 cells, the header has 11",
            'products.csv:7: sku "NW-039" is already in line 4',
        ]
