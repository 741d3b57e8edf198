//! Where a server runs, from its name.

/// What the names of endpoints end with, by partition: commercial and GovCloud, China, Europe's own, and the isolated ones.
const SUFFIXES: [&str; 5] =
    [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov"];

/// Is it a name that RDS gives to its servers?
pub fn is_endpoint(host: &str) -> bool {
    labels(host).is_some()
}

/// The region in the name of an endpoint: `NAME.ID.REGION.rds.amazonaws.com`, in China
/// `NAME.ID.rds.REGION.amazonaws.com.cn`. A global database's writer has none in it.
pub fn of_host(host: &str) -> Option<String> {
    let (before, after) = labels(host)?;
    let region = if after.is_empty() { before.last() } else { after.last() };
    region.filter(|region| is_region(region)).cloned()
}

/// What stands before the label `rds` and after it, without the partition's suffix.
fn labels(host: &str) -> Option<(Vec<String>, Vec<String>)> {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let name = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
    let labels: Vec<String> = name.split('.').map(str::to_owned).collect();
    let at = labels.iter().rposition(|label| label == "rds")?;
    let (before, after) = (labels[..at].to_vec(), labels[at + 1..].to_vec());
    (before.len() >= 2 && after.len() <= 1).then_some((before, after))
}

/// As in `eu-west-1` and `us-gov-east-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    words.len() >= 2
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && words.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_in_the_name_of_an_endpoint() {
        for (host, region) in [
            ("orders.c9akciq32.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("Orders.cluster-c9akciq32.EU-West-1.RDS.amazonaws.com", Some("eu-west-1")),
            ("orders.cluster-ro-c9akciq32.ap-southeast-2.rds.amazonaws.com.", Some("ap-southeast-2")),
            ("p.proxy-c9akciq32.us-gov-west-1.rds.amazonaws.com", Some("us-gov-west-1")),
            ("orders.c9akciq32.rds.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("orders.c9akciq32.cn-northwest-1.rds.amazonaws.com.cn", Some("cn-northwest-1")),
            ("orders.c9akciq32.eusc-de-east-1.rds.amazonaws.eu", Some("eusc-de-east-1")),
            ("orders.global-c9akciq32.global.rds.amazonaws.com", None),
        ] {
            assert!(is_endpoint(host), "{host}");
            assert_eq!(of_host(host).as_deref(), region, "{host}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for host in [
            "orders.example.com",
            "localhost",
            "",
            "rds.amazonaws.com",
            "eu-west-1.rds.amazonaws.com",
            "orders.x.eu-west-1.rds.amazonaws.com.example.org",
            "orders.x.eu-west-1.rdsx.amazonaws.com",
            "ec2-1-2-3-4.eu-west-1.compute.amazonaws.com",
        ] {
            assert!(!is_endpoint(host) && of_host(host).is_none(), "{host}");
        }
    }
}
