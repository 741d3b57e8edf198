//! A tree of lazy nodes and the rows of it that are open. Nothing here knows what the nodes mean, or a screen.
//!
//! Moving, paging and drawing look at rows by index, so their cost does not depend on how many are open; opening
//! and closing cost what they show or hide.

use super::scroll;
use std::ops::Range;

const NO_PARENT: u32 = u32::MAX;

/// A child to be: its item, and whether it may have children itself.
pub type Child<T> = (T, bool);

/// One node. Its children are made when it is first opened.
#[derive(Clone, Debug)]
pub struct Node<T> {
    /// What it stands for.
    pub item: T,
    /// How deep: 0 for a root.
    pub depth: u16,
    /// Are its children shown?
    pub open: bool,
    /// May it have children?
    pub expandable: bool,
    parent: u32,
    children: Option<Range<u32>>,
}

/// The tree, its open rows, and the row that is selected.
#[derive(Clone, Debug)]
pub struct Tree<T> {
    nodes: Vec<Node<T>>,
    roots: Range<u32>,
    rows: Vec<u32>,
    cursor: usize,
    top: usize,
}

impl<T> Default for Tree<T> {
    fn default() -> Self {
        Tree { nodes: Vec::new(), roots: 0..0, rows: Vec::new(), cursor: 0, top: 0 }
    }
}

impl<T: Copy + PartialEq> Tree<T> {
    /// With these roots, all closed.
    pub fn new(roots: Vec<Child<T>>) -> Self {
        let mut tree = Tree::default();
        tree.roots = tree.push(roots, NO_PARENT, 0);
        tree.rows = tree.roots.clone().collect();
        tree
    }

    fn push(&mut self, children: Vec<Child<T>>, parent: u32, depth: u16) -> Range<u32> {
        let start = self.nodes.len() as u32;
        self.nodes.extend(children.into_iter().map(|(item, expandable)| Node {
            item,
            depth,
            open: false,
            expandable,
            parent,
            children: None,
        }));
        start..self.nodes.len() as u32
    }

    /// How many rows are open.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// No row at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// How many nodes were ever made: what laziness is measured by.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }
    /// The selected row.
    pub fn cursor(&self) -> usize {
        self.cursor
    }
    /// The first row on the screen.
    pub fn top(&self) -> usize {
        self.top
    }
    /// The node of a row.
    pub fn row(&self, row: usize) -> Option<&Node<T>> {
        self.rows.get(row).and_then(|n| self.nodes.get(*n as usize))
    }
    /// The selected node.
    pub fn selected(&self) -> Option<&Node<T>> {
        self.row(self.cursor)
    }
    /// The rows of a screen of that height, with their numbers.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (usize, &Node<T>)> {
        let rows = self.rows.iter().enumerate().skip(self.top).take(height);
        rows.filter_map(|(i, n)| self.nodes.get(*n as usize).map(|node| (i, node)))
    }
    /// The item of the node above, if there is one.
    pub fn parent_item(&self, node: &Node<T>) -> Option<T> {
        self.nodes.get(node.parent as usize).map(|p| p.item)
    }
    /// From the root to the row, both included.
    pub fn path(&self, row: usize) -> Vec<T> {
        let mut path = Vec::new();
        let mut at = self.rows.get(row).copied();
        while let Some(node) = at.and_then(|n| self.nodes.get(n as usize)) {
            path.push(node.item);
            at = Some(node.parent).filter(|p| *p != NO_PARENT);
        }
        path.reverse();
        path
    }

    /// Selects a row, the nearest there is.
    pub fn select(&mut self, row: usize) {
        self.cursor = row.min(self.rows.len().saturating_sub(1));
    }
    /// Moves the selection.
    pub fn move_by(&mut self, by: isize) {
        self.select(self.cursor.saturating_add_signed(by));
    }
    /// Moves the screen so that the selection is on it.
    pub fn scroll_into(&mut self, height: usize) {
        self.top = scroll::into_view(self.top, self.cursor, self.rows.len(), height);
    }
    /// Moves the screen, and the selection only as far as it must to stay on it.
    pub fn scroll_by(&mut self, by: isize, height: usize) {
        let (top, cursor) = scroll::moved(self.top, self.cursor, by, self.rows.len(), height);
        self.top = top;
        self.select(cursor);
    }
    /// Selects the row above that the selected one hangs on.
    pub fn select_parent(&mut self) {
        let Some(parent) = self.selected().map(|n| n.parent).filter(|p| *p != NO_PARENT) else { return };
        if let Some(row) = self.rows.get(..self.cursor).and_then(|r| r.iter().rposition(|n| *n == parent)) {
            self.cursor = row;
        }
    }

    /// Shows the children of a row; `make` is asked for them the first time. An item that hangs below itself
    /// already is left out, so that no cycle could ever be walked.
    pub fn open(&mut self, row: usize, make: impl FnOnce(T) -> Vec<Child<T>>) {
        let Some(at) = self.rows.get(row).copied() else { return };
        let Some(node) = self.nodes.get(at as usize).filter(|n| n.expandable && !n.open) else { return };
        let (item, depth, known) = (node.item, node.depth, node.children.clone());
        if known.is_none() {
            let above = self.path(row);
            let mut children = make(item);
            children.retain(|(child, _)| !above.contains(child));
            let children = self.push(children, at, depth.saturating_add(1));
            if let Some(node) = self.nodes.get_mut(at as usize) {
                node.expandable = !children.is_empty();
                node.children = Some(children);
            }
        }
        self.set_open(at, true);
        let mut shown = Vec::new();
        self.flatten(at, &mut shown);
        let after = (row + 1).min(self.rows.len());
        if self.cursor > row {
            self.cursor += shown.len();
        }
        self.rows.splice(after..after, shown);
    }

    /// Hides what hangs below a row.
    pub fn close(&mut self, row: usize) {
        let Some(at) = self.rows.get(row).copied() else { return };
        let Some(depth) = self.nodes.get(at as usize).filter(|n| n.open).map(|n| n.depth) else { return };
        let below = self.rows.iter().skip(row + 1);
        let count =
            below.take_while(|n| self.nodes.get(**n as usize).is_some_and(|n| n.depth > depth)).count();
        self.set_open(at, false);
        self.rows.drain(row + 1..row + 1 + count);
        if self.cursor > row {
            self.cursor = self.cursor.saturating_sub(count).max(row);
        }
    }

    fn set_open(&mut self, node: u32, open: bool) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.open = open && node.expandable;
        }
    }

    fn flatten(&self, node: u32, rows: &mut Vec<u32>) {
        let Some(node) = self.nodes.get(node as usize).filter(|n| n.open) else { return };
        for child in node.children.clone().unwrap_or(0..0) {
            rows.push(child);
            self.flatten(child, rows);
        }
    }

    /// Opens the way to a node and selects it, or the last part of the way that is there. True if all of it is.
    pub fn reveal(&mut self, path: &[T], mut make: impl FnMut(T) -> Vec<Child<T>>) -> bool {
        let mut from = 0;
        for (depth, item) in path.iter().enumerate() {
            let found = self.find_at(from, depth as u16, item);
            let Some(row) = found else { return false };
            self.cursor = row;
            if depth + 1 < path.len() {
                self.open(row, &mut make);
            }
            from = row + 1;
        }
        true
    }

    /// The next row from `from` on that is this item at this depth, before the branch ends.
    fn find_at(&self, from: usize, depth: u16, item: &T) -> Option<usize> {
        let rows = self.rows.iter().enumerate().skip(from);
        let nodes = rows.filter_map(|(i, n)| Some((i, self.nodes.get(*n as usize)?)));
        let mut branch = nodes.take_while(|(_, n)| n.depth >= depth);
        branch.find(|(_, n)| n.depth == depth && n.item == *item).map(|(i, _)| i)
    }

    /// The same places opened and selected in a tree with new roots; `key` turns an old item into the new one.
    pub fn rebuilt(
        &self,
        roots: Vec<Child<T>>,
        key: impl Fn(T) -> Option<T>,
        mut make: impl FnMut(T) -> Vec<Child<T>>,
    ) -> Tree<T> {
        let mut tree = Tree::new(roots);
        let translate = |path: Vec<T>| path.into_iter().map_while(&key).collect::<Vec<T>>();
        let open = (0..self.rows.len()).filter(|r| self.row(*r).is_some_and(|n| n.open));
        let mut next = 0;
        for row in open {
            let path = self.path(row);
            let wanted = path.len();
            let path = translate(path);
            // Rows come in preorder, so each is found below the place of the one before.
            if path.len() == wanted && tree.reveal_from(&mut next, &path, &mut make) {
                tree.open(tree.cursor, &mut make);
            }
        }
        tree.reveal(&translate(self.path(self.cursor)), make);
        tree.top = self.top;
        tree
    }

    fn reveal_from(&mut self, next: &mut usize, path: &[T], make: impl FnMut(T) -> Vec<Child<T>>) -> bool {
        // What a cluster lost may have stood before: then only looking from the top finds the place.
        let Some(last) = path.last() else { return false };
        let depth = (path.len() - 1) as u16;
        let rows = self.rows.iter().enumerate().skip(*next);
        let found = rows
            .filter_map(|(i, n)| Some((i, self.nodes.get(*n as usize)?)))
            .find(|(_, n)| n.depth == depth && n.item == *last)
            .map(|(i, _)| i);
        let row = match found.filter(|row| self.path(*row) == path) {
            Some(row) => row,
            None if self.reveal(path, make) => self.cursor,
            None => return false,
        };
        self.cursor = row;
        *next = row + 1;
        true
    }
}
