//! The tree on its own: numbers for items, no screen.

use crate::app::tree::{Child, Tree};

/// Each item's children are its double and its double and one, up to a bound.
fn children(item: u32) -> Vec<Child<u32>> {
    let below = [item * 2, item * 2 + 1];
    below.into_iter().filter(|n| *n < 1000).map(|n| (n, n < 500)).collect()
}

fn items(tree: &Tree<u32>) -> Vec<u32> {
    (0..tree.len()).filter_map(|r| tree.row(r)).map(|n| n.item).collect()
}

#[test]
fn opening_shows_children_below_and_closing_hides_all_of_them() {
    let mut tree = Tree::new(vec![(1, true), (7, true)]);
    tree.open(0, children);
    tree.open(1, children);
    assert_eq!(items(&tree), [1, 2, 4, 5, 3, 7]);
    tree.close(0);
    assert_eq!(items(&tree), [1, 7]);
    // What was open below is open again.
    tree.open(0, |_| panic!("its children are known"));
    assert_eq!(items(&tree), [1, 2, 4, 5, 3, 7]);
}

#[test]
fn the_selection_stays_on_its_row_or_goes_to_what_was_closed_over_it() {
    let mut tree = Tree::new(vec![(1, true), (7, true)]);
    tree.select(1);
    tree.open(0, children);
    assert_eq!(tree.selected().map(|n| n.item), Some(7));
    tree.select(2);
    tree.close(0);
    assert_eq!(tree.selected().map(|n| n.item), Some(1));
    tree.select_parent();
    assert_eq!(tree.cursor(), 0, "a root has nothing above it");
}

#[test]
fn a_way_is_revealed_and_an_item_never_hangs_below_itself() {
    let mut tree = Tree::new(vec![(1, true)]);
    assert!(tree.reveal(&[1, 2, 5, 10], children));
    assert_eq!(tree.path(tree.cursor()), [1, 2, 5, 10]);
    assert!(!tree.reveal(&[1, 9], children));
    let mut round = Tree::new(vec![(1, true)]);
    let circle = |item| vec![(item % 3 + 1, true)];
    for row in 0..5 {
        round.open(row, circle);
    }
    assert_eq!(items(&round), [1, 2, 3], "1 does not come again below 3");
    assert!(round.row(2).is_some_and(|n| !n.expandable));
}

#[test]
fn a_rebuilt_tree_has_the_same_places_open() {
    let mut tree = Tree::new(vec![(1, true), (7, true)]);
    tree.reveal(&[1, 2, 5, 10], children);
    tree.open(tree.len() - 1, children);
    tree.reveal(&[1, 2, 5, 11], children);
    let before = items(&tree);
    let same = tree.rebuilt(vec![(1, true), (7, true)], Some, children);
    assert_eq!((items(&same), same.path(same.cursor())), (before, vec![1, 2, 5, 11]));
    // 5 is gone, and with it what hung below; the selection stays on what is left of its way.
    let without = |item| children(item).into_iter().filter(|(n, _)| *n != 5).collect();
    let less = tree.rebuilt(vec![(1, true), (7, true)], |n| (n != 5).then_some(n), without);
    assert_eq!((items(&less), less.path(less.cursor())), (vec![1, 2, 4, 3, 7, 14, 15], vec![1, 2]));
}

#[test]
fn scrolling_keeps_the_selection_on_the_screen() {
    let mut tree = Tree::new((0..100).map(|n| (n, false)).collect());
    tree.select(50);
    tree.scroll_into(10);
    assert_eq!(tree.top(), 41);
    tree.scroll_by(-30, 10);
    assert_eq!((tree.top(), tree.cursor()), (11, 20));
    tree.scroll_by(1000, 10);
    assert_eq!((tree.top(), tree.cursor()), (90, 90));
    assert_eq!(tree.visible(10).map(|(row, _)| row).collect::<Vec<_>>(), (90..100).collect::<Vec<_>>());
}
