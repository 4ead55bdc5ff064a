//! The order of addresses: as people count, also where they differ late.

use std::cmp::Ordering;

use buttress::address::natural;
use proptest::prelude::*;

#[test]
fn addresses_are_in_the_order_of_their_numbers() {
    let long = "module.next[\"team_0001\"].module.next.module.next.module.next";
    let mut addresses: Vec<String> = ["a.b[10]", "a.b[9]", "a.b[100].c", "a.b", "a.b[09]", "a.c", "a.b[1]"]
        .iter()
        .flat_map(|address| [(*address).to_owned(), format!("{long}.{address}")])
        .collect();
    addresses.sort_by(|a, b| natural(a, b));
    let expected = ["a.b", "a.b[1]", "a.b[9]", "a.b[09]", "a.b[10]", "a.b[100].c", "a.c"];
    let (short, nested) = addresses.split_at(expected.len());
    assert_eq!(short, expected);
    assert_eq!(nested.iter().map(|address| &address[long.len() + 1..]).collect::<Vec<_>>(), expected);
}

proptest! {
    #[test]
    fn what_comes_before_does_not_matter(
        before in "[a-z.]{0,40}[.]",
        a in "[a-c0-9\\[.]{0,12}",
        b in "[a-c0-9\\[.]{0,12}",
    ) {
        let (x, y) = (format!("{before}{a}"), format!("{before}{b}"));
        prop_assert_eq!(natural(&x, &y), natural(&a, &b));
        prop_assert_eq!(natural(&y, &x), natural(&x, &y).reverse());
        prop_assert_eq!(natural(&x, &y) == Ordering::Equal, a == b);
    }
}
