"""What the demo's retailers sell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.catalog import ItemKind, VariantStatus
from models import Company, Product, Source, StockLevel, Variant
from server.demo.companies import FIRST_LEAF, PAPER_MILL, PLAYROOM, POTTERY, PRINT_SHOP, WAREHOUSE

PLENTY: Final = 20_000
"""Units of a managed article at the start."""
SIZES: Final = ("S", "M", "L", "XL")


@dataclass(frozen=True, slots=True)
class Article:
    """A product with its variants: suffix of the SKU to what is added to the name. Prices in cents or pence."""

    retailer: str
    sku: str
    name: str
    category: str
    price: int
    grams: int
    suppliers: tuple[str, ...]
    variants: tuple[str, ...] = ("",)
    inputs: tuple[str, ...] = ()
    """Fields a shopper fills in: then it is made to order."""
    status: VariantStatus = VariantStatus.ACTIVE
    on_hand: int = PLENTY

    @property
    def skus(self) -> tuple[str, ...]:
        """Its variants' SKUs."""
        return tuple(f"{self.sku}-{suffix.upper()}" if suffix else self.sku for suffix in self.variants)

    @property
    def sellable(self) -> bool:
        """Whether an order for it goes through."""
        return self.status is VariantStatus.ACTIVE and self.on_hand >= PLENTY and bool(self.suppliers)


DISABLED, SOLD_OUT, ORPHANED = "TEA-WILLOW", "LAMP-MOON", "KITE-SWALLOW"
"""One product each that is withdrawn, that is out of stock, and that nobody carries."""
ARTICLES: Final = (
    Article(FIRST_LEAF, "TEE-NAME", "T-shirt with a name", "Apparel", 2400, 180, (PRINT_SHOP,), SIZES, ("name",)),
    Article(FIRST_LEAF, "HOOD-NAME", "Hoodie with a name", "Apparel", 4900, 520, (PRINT_SHOP,), SIZES, ("name",)),
    Article(FIRST_LEAF, "MUG-PHOTO", "Mug with a photograph and a line", "Mugs", 1450, 390, (PRINT_SHOP,),
            ("white", "blue"), ("photo", "line")),
    Article(FIRST_LEAF, "TOTE-LEAF", "Cotton bag “First Leaf”", "Bags", 1200, 140, (PRINT_SHOP,),
            ("natural", "green")),
    Article(FIRST_LEAF, "PRINT-FERN", "Fine art print “Fern”", "Prints", 1900, 120, (PAPER_MILL,), ("A4", "A3")),
    Article(FIRST_LEAF, "PRINT-HARBOUR", "Fine art print “Old harbour”", "Prints", 2100, 120, (PAPER_MILL,),
            ("A4", "A3")),
    Article(FIRST_LEAF, "CARD-SET", "Eight greeting cards with envelopes", "Prints", 995, 160, (PAPER_MILL,)),
    Article(FIRST_LEAF, "VASE-REED", "Stoneware vase “Reed”", "Home", 3600, 900, (POTTERY,), ("sand", "indigo")),
    Article(FIRST_LEAF, "BOWL-TIDE", "Stoneware bowl “Tide”", "Home", 2200, 600, (POTTERY,)),
    Article(FIRST_LEAF, "CANDLE-FIG", "Candle, fig and cedar", "Home", 1700, 310, (WAREHOUSE,)),
    Article(FIRST_LEAF, "BLANKET-MOSS", "Wool blanket “Moss”", "Home", 7900, 1400, (WAREHOUSE,)),
    Article(FIRST_LEAF, "PEN-BRASS", "Brass pen", "Stationery", 3200, 45, (WAREHOUSE,)),
    Article(FIRST_LEAF, DISABLED, "Teapot “Willow”", "Home", 4200, 800, (POTTERY,), status=VariantStatus.DISABLED),
    Article(PLAYROOM, "BLOCKS-60", "Sixty wooden blocks", "Toys", 3900, 1800, (WAREHOUSE,)),
    Article(PLAYROOM, "PUZZLE-NAME", "Wooden puzzle of a name", "Toys", 2650, 260, (PRINT_SHOP,), ("4", "6", "8"),
            ("name",)),
    Article(PLAYROOM, "BODY-NAME", "Baby body with a name", "Apparel", 1750, 90, (PRINT_SHOP,), ("56", "68", "80"),
            ("name",)),
    Article(PLAYROOM, "TEE-DINO", "Children's T-shirt “Dinosaur”", "Apparel", 1650, 130, (PRINT_SHOP,),
            ("104", "116", "128")),
    Article(PLAYROOM, "POSTER-ABC", "Alphabet poster", "Prints", 1500, 140, (PAPER_MILL,), ("A3", "A2")),
    Article(PLAYROOM, "POSTER-MAP", "World map for the wall", "Prints", 2300, 220, (PAPER_MILL,)),
    Article(PLAYROOM, "CUP-WHALE", "Cup “Whale”", "Mugs", 1350, 280, (POTTERY, WAREHOUSE)),
    Article(PLAYROOM, "PLATE-WHALE", "Plate “Whale”", "Mugs", 1550, 420, (POTTERY,)),
    Article(PLAYROOM, "SCOOTER-3", "Scooter with three wheels", "Toys", 6400, 2900, (WAREHOUSE,), ("red", "mint")),
    Article(PLAYROOM, "BEAR-OTTO", "Bear “Otto”", "Toys", 2900, 350, (WAREHOUSE,)),
    Article(PLAYROOM, SOLD_OUT, "Night lamp “Moon”", "Home", 3300, 480, (WAREHOUSE,), on_hand=0),
    Article(PLAYROOM, ORPHANED, "Kite “Swallow”", "Toys", 2750, 240, ()),
)  # fmt: skip


async def create_catalogue(companies: dict[str, Company]) -> None:
    """Products and variants of the retailers, carried by their suppliers. Call it in a transaction."""
    sources = {source.code: source for source in await Source.all()}
    for article in ARTICLES:
        retailer_id = companies[article.retailer].id
        product = await Product.create(
            company_id=retailer_id, sku=article.sku, name=article.name, category=article.category
        )
        for suffix, sku in zip(article.variants, article.skus, strict=True):
            variant = await _variant(article, product, sku, suffix)
            await StockLevel.bulk_create(_level(article, variant, sources[code]) for code in article.suppliers)


async def _variant(article: Article, product: Product, sku: str, suffix: str) -> Variant:
    withdrawn = article.status is VariantStatus.DISABLED
    return await Variant.create(
        company_id=product.company_id,
        product_id=product.id,
        sku=sku,
        name=f"{article.name}, {suffix}" if suffix else article.name,
        status=article.status,
        status_note="The mould broke; it will not be made again." if withdrawn else None,
        item_kind=ItemKind.PERSONALISED if article.inputs else ItemKind.STOCK,
        required_inputs=list(article.inputs),
        price_minor=article.price,
        currency="EUR",
        weight_grams=article.grams,
        attributes={"variant": suffix} if suffix else {},
    )


def _level(article: Article, variant: Variant, source: Source) -> StockLevel:
    managed = source.code == WAREHOUSE
    return StockLevel(
        variant_id=variant.id,
        source_id=source.id,
        managed=managed,
        on_hand=article.on_hand if managed else 0,
        supplier_cost_minor=article.price * 45 // 100,
    )
