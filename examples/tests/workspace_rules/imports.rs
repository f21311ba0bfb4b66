//! The imports between the files of a crate, read from its source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The path of a module below the crate's root, such as `["push", "lanes"]`.
pub type Module = Vec<String>;

/// The modules of a crate that are files, and the imports between them.
pub struct Sources {
    /// Each module with the paths that it hands on from its children, by name.
    modules: BTreeMap<Module, BTreeMap<String, Module>>,
    /// Each module with the paths that it names.
    named: BTreeMap<Module, BTreeSet<Module>>,
}

impl Sources {
    /// Reads every `.rs` file below a crate's `src`.
    pub fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        find_files(src, &mut Vec::new(), &mut files);
        let mut sources = Sources {
            modules: files.iter().map(|(module, _)| (module.clone(), BTreeMap::new())).collect(),
            named: BTreeMap::new(),
        };
        for (module, text) in files {
            let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?}: {error}"));
            sources.scan(&module, tokens);
        }
        sources
    }

    /// Every import as (importing module, imported module). A module that hands a child's items on does not import the child.
    pub fn imports(&self) -> BTreeSet<(Module, Module)> {
        let all = self.named.iter().flat_map(|(from, paths)| {
            paths.iter().map(move |path| (self.file_of(from), self.resolve(path, 0)))
        });
        all.filter(|(from, to)| from != to && !from.is_empty() && !to.is_empty()).collect()
    }

    /// The modules that import each other in a loop.
    pub fn circles(&self) -> BTreeSet<Module> {
        let mut below: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, to) in self.imports() {
            below.entry(from).or_default().insert(to);
        }
        let reaches_itself = |start: &Module| {
            let mut reached = BTreeSet::new();
            let mut open = vec![start];
            while let Some(module) = open.pop() {
                open.extend(below.get(module).into_iter().flatten().filter(|to| reached.insert(*to)));
            }
            reached.contains(start)
        };
        self.modules.keys().filter(|module| reaches_itself(module)).cloned().collect()
    }

    fn scan(&mut self, here: &Module, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let next = match &tokens[at..] {
                // Tests may import any file.
                [hash, TokenTree::Group(attribute), ..] if is_punct(hash, '#') && is_test(attribute) => {
                    at + 2 + item_length(&tokens[at + 2..])
                }
                // A macro's `$crate` paths are imports of the files that use the macro.
                [dollar, TokenTree::Ident(word), ..] if is_punct(dollar, '$') && word == "crate" => {
                    at + 1 + leading_path(&tokens[at + 1..]).1
                }
                [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), ..]
                    if word == "mod" =>
                {
                    let inner = [here.as_slice(), &[name.to_string()]].concat();
                    self.scan(&inner, body.stream());
                    at + 3
                }
                [TokenTree::Ident(word), rest @ ..] if word == "use" => {
                    let length = rest.iter().take_while(|token| !is_punct(token, ';')).count();
                    let is_public = is_public(&tokens[..at]);
                    for (name, path) in leaves(&rest[..length], &[]) {
                        self.add_use(here, is_public, name, &path);
                    }
                    at + 1 + length
                }
                // The scope of a visibility imports nothing.
                [TokenTree::Group(group), ..] if starts_with_in(group) => at + 1,
                [TokenTree::Group(group), ..] => {
                    self.scan(here, group.stream());
                    at + 1
                }
                [TokenTree::Ident(_), ..] => {
                    let (path, length) = leading_path(&tokens[at..]);
                    if path.len() > 1
                        && let Some(path) = self.absolute(here, &path)
                    {
                        self.named.entry(here.clone()).or_default().insert(path);
                    }
                    at + length
                }
                _ => at + 1,
            };
            at = next;
        }
    }

    fn add_use(&mut self, here: &Module, is_public: bool, name: String, path: &[String]) {
        let Some(path) = self.absolute(here, path) else { return };
        let is_below = path.len() > here.len() && path.starts_with(here);
        match self.modules.get_mut(here).filter(|_| is_public) {
            Some(handed_on) => {
                handed_on.insert(name, path.clone());
                if !is_below {
                    self.named.entry(here.clone()).or_default().insert(path);
                }
            }
            None => {
                self.named.entry(here.clone()).or_default().insert(path);
            }
        }
    }

    /// A path from the crate's root; `None` for one into another crate, or to something local.
    fn absolute(&self, here: &Module, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([here, rest].concat()),
            "super" => {
                let up = rest.iter().take_while(|segment| *segment == "super").count();
                let above = here.get(..here.len().checked_sub(up + 1)?)?;
                Some([above, &rest[up..]].concat())
            }
            child => {
                let below = [here.as_slice(), &[child.to_owned()]].concat();
                self.modules.contains_key(&below).then(|| [below.as_slice(), rest].concat())
            }
        }
    }

    /// The file that defines what a path names, through the modules that hand it on.
    fn resolve(&self, path: &[String], depth: usize) -> Module {
        let mut module = Module::new();
        for (at, segment) in path.iter().enumerate() {
            let below = [module.as_slice(), std::slice::from_ref(segment)].concat();
            if self.modules.contains_key(&below) {
                module = below;
                continue;
            }
            let handed_on = self.modules.get(&module).and_then(|names| names.get(segment));
            return match handed_on {
                Some(path_on) if depth < 8 => {
                    self.resolve(&[path_on.as_slice(), &path[at + 1..]].concat(), depth + 1)
                }
                _ => module,
            };
        }
        module
    }

    /// The file that a module stands in, be it inline.
    fn file_of(&self, module: &Module) -> Module {
        let mut file = module.clone();
        while !self.modules.contains_key(&file) {
            file.pop();
        }
        file
    }
}

fn find_files(folder: &Path, module: &mut Module, files: &mut Vec<(Module, String)>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            module.push(name);
            find_files(&path, module, files);
            module.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a readable file");
            let own = match name.as_str() {
                "mod" | "lib" | "main" => module.clone(),
                _ => [module.as_slice(), &[name]].concat(),
            };
            files.push((own, text));
        }
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_test(attribute: &Group) -> bool {
    attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// The number of tokens up to an item's end: its semicolon or its braces.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';'),
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}

fn is_public(before: &[TokenTree]) -> bool {
    let before = match before {
        [rest @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => rest,
        all => all,
    };
    matches!(before.last(), Some(TokenTree::Ident(word)) if word == "pub")
}

fn starts_with_in(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Parenthesis
        && matches!(first, Some(TokenTree::Ident(word)) if word == "in")
}

/// The path that tokens begin with, and the number of its tokens.
fn leading_path(tokens: &[TokenTree]) -> (Module, usize) {
    let mut path = Module::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(segment)) = tokens.get(at) {
        path.push(segment.to_string());
        at += 1;
        match &tokens[at..] {
            [one, two, TokenTree::Ident(_), ..] if is_punct(one, ':') && is_punct(two, ':') => at += 2,
            _ => break,
        }
    }
    (path, at)
}

/// The names that a `use` brings in, each with its path.
fn leaves(tokens: &[TokenTree], before: &[String]) -> Vec<(String, Module)> {
    let (path, at) = leading_path(tokens);
    let path = [before, &path].concat();
    let rest = &tokens[at..];
    let group = rest.iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let renamed = match rest {
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "as" => Some(name.to_string()),
        _ => None,
    };
    match group {
        Some(group) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let parts = inner.split(|token| is_punct(token, ',')).filter(|part| !part.is_empty());
            parts.flat_map(|part| leaves(part, &path)).collect()
        }
        None => {
            let name = renamed.or_else(|| path.last().cloned()).unwrap_or_default();
            vec![(name, path)]
        }
    }
}
