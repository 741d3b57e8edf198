//! Names that were nearly meant.

/// How like a name must be to be worth telling.
const LIKE: f64 = 0.8;

/// At most three, the likest first.
pub fn nearest(wanted: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let last = wanted.rsplit('.').next().unwrap_or_default();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        // The same name in another schema.
        let elsewhere = name.rsplit('.').next().is_some_and(|tail| tail == last);
        let whole = strsim::jaro_winkler(&wanted, &name);
        if elsewhere { whole.max(0.95) } else { whole }
    };
    let mut found: Vec<(f64, String)> = names.map(|name| (likeness(&name), name)).collect();
    found.retain(|(like, _)| *like >= LIKE);
    found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_and_other_schemas_are_found() {
        let names =
            || ["shop.orders", "shop.order_totals", "billing.invoices"].map(str::to_owned).into_iter();
        assert_eq!(nearest("shop.ordres", names()).first().map(String::as_str), Some("shop.orders"));
        assert_eq!(nearest("public.invoices", names()), ["billing.invoices"]);
        assert!(nearest("zzz", names()).is_empty());
    }
}
