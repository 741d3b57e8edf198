//! The server's keywords and what each may name, by major version, as `pg_get_keywords()` of each lists them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a keyword may be besides itself, in the words of `pg_get_keywords()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Any name.
    Unreserved,
    /// Any name but a function's or a type's.
    ColumnName,
    /// A function's or a type's name, but no other.
    TypeFunctionName,
    /// A label only.
    Reserved,
}

/// A keyword in one major version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word, in lower case.
    pub word: &'static str,
    /// What it may name.
    pub category: Category,
}

/// Since when a word is a keyword, and until when.
struct Entry {
    keyword: Keyword,
    since: u16,
    until: u16,
}

/// The keyword that a word is in a major version. The word is in lower case.
pub fn lookup(word: &str, major: u16) -> Option<Keyword> {
    let entries = TABLE.get(word)?;
    // A version newer than those known has the keywords of the newest known.
    let entry = entries.iter().find(|entry| (entry.since..=entry.until).contains(&major.clamp(13, 18)))?;
    Some(entry.keyword)
}

static TABLE: LazyLock<FxHashMap<&'static str, Vec<Entry>>> = LazyLock::new(|| {
    let mut table: FxHashMap<&'static str, Vec<Entry>> = FxHashMap::default();
    for (since, until, category, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            let entry =
                Entry { keyword: Keyword { word, category: *category }, since: *since, until: *until };
            table.entry(word).or_default().push(entry);
        }
    }
    table
});

/// First and last major version, category, words.
const WORDS: &[(u16, u16, Category, &str)] = &[
    (
        13,
        18,
        Category::Reserved,
        "\
     all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
     create current_catalog current_date current_role current_time current_timestamp current_user
     default deferrable desc distinct do else end except false fetch for foreign from grant group having
     in initially intersect into lateral leading limit localtime localtimestamp not null offset on only
     or order placing primary references returning select session_user some symmetric table then to
     trailing true union unique user using variadic when where window with",
    ),
    (
        13,
        18,
        Category::TypeFunctionName,
        "\
     authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull
     join left like natural notnull outer overlaps right similar tablesample verbose",
    ),
    (
        13,
        18,
        Category::ColumnName,
        "\
     between bigint bit boolean char character coalesce dec decimal exists extract float greatest
     grouping inout int integer interval least national nchar none normalize nullif numeric out overlay
     position precision real row setof smallint substring time timestamp treat trim values varchar
     xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
     xmlserialize xmltable",
    ),
    (
        13,
        18,
        Category::Unreserved,
        "\
     abort absolute access action add admin after aggregate also alter always assertion assignment at
     attach attribute backward before begin by cache call called cascade cascaded catalog chain
     characteristics checkpoint class close cluster columns comment comments commit committed
     configuration conflict connection constraints content continue conversion copy cost csv cube
     current cursor cycle data database day deallocate declare defaults deferred definer delete
     delimiter delimiters depends detach dictionary disable discard document domain double drop each
     enable encoding encrypted enum escape event exclude excluding exclusive execute explain expression
     extension external family filter first following force forward function functions generated global
     granted groups handler header hold hour identity if immediate immutable implicit import include
     including increment index indexes inherit inherits inline input insensitive insert instead invoker
     isolation key label language large last leakproof level listen load local location lock locked
     logged mapping match materialized maxvalue method minute minvalue mode month move name names new
     next nfc nfd nfkc nfkd no normalized nothing notify nowait nulls object of off oids old operator
     option options ordinality others over overriding owned owner parallel parser partial partition
     passing password plans policy preceding prepare prepared preserve prior privileges procedural
     procedure procedures program publication quote range read reassign recursive ref referencing
     refresh reindex relative release rename repeatable replace replica reset restart restrict returns
     revoke role rollback rollup routine routines rows rule savepoint schema schemas scroll search
     second security sequence sequences serializable server session set sets share show simple skip
     snapshot sql stable standalone start statement statistics stdin stdout storage stored strict strip
     subscription support sysid system tables tablespace temp template temporary text ties transaction
     transform trigger truncate trusted type types uescape unbounded uncommitted unencrypted unknown
     unlisten unlogged until update vacuum valid validate validator value varying version view views
     volatile whitespace within without work wrapper write xml year yes zone",
    ),
    (14, 18, Category::Unreserved, "asensitive atomic breadth compression depth finalize return"),
    (15, 18, Category::Unreserved, "matched merge parameter"),
    (16, 18, Category::ColumnName, "json_array json_arrayagg json_object json_objectagg"),
    (16, 18, Category::Reserved, "system_user"),
    (16, 18, Category::Unreserved, "absent format indent keys scalar"),
    (
        17,
        18,
        Category::ColumnName,
        "\
     json_exists json_query json_scalar json_serialize json_table json_value merge_action",
    ),
    (
        17,
        18,
        Category::Unreserved,
        "\
     conditional empty error keep nested omit path plan quotes source string target unconditional",
    ),
    (18, 18, Category::Unreserved, "enforced objects period virtual"),
    (16, 16, Category::Unreserved, "json"),
    (17, 18, Category::ColumnName, "json"),
    (13, 17, Category::Unreserved, "recheck"),
];
