//! Regular expressions: Go's dialect, translated for the `regex` crate.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use regex::{Captures, Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::arguments::LONGEST;
use super::arguments::not_null;
use super::parameters::string;
use super::pattern_cost::Size;
use super::strings::text;
use super::{Arguments, EvalResult, Function, Gives, Host, row};
use crate::budget::Budget;
use crate::value::{Cause, CauseKind, Kind, Str, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "regex",
        &[string("pattern").open(), string("string").open()],
        Gives::Any,
        regex,
        "The first match of a pattern.",
    ),
    row(
        "regexall",
        &[string("pattern").open(), string("string").open()],
        Gives::List,
        regex_all,
        "All matches of a pattern.",
    ),
];

/// Why a pattern cannot be used.
#[derive(Clone, Debug)]
enum PatternError {
    /// It is not valid.
    Wrong(String),
    /// It is valid but too large to compile.
    TooLarge(Size),
}

/// A compiled pattern and its size.
#[derive(Clone, Debug)]
struct Pattern {
    regex: Arc<Regex>,
    size: Size,
}

type Compiled = Result<Pattern, PatternError>;

impl Pattern {
    /// Calls `visit` with every match, and pays for each search before it starts.
    fn each_match(
        &self,
        host: &Host<'_>,
        text: &str,
        mut visit: impl FnMut(&Captures<'_>) -> EvalResult<bool>,
    ) -> EvalResult<()> {
        let mut matches = self.regex.captures_iter(text);
        let mut at = 0;
        loop {
            host.pay(self.size.search(text.len() - at))?;
            let Some(captures) = matches.next() else { return Ok(()) };
            at = captures.get(0).map_or(at, |whole| whole.end());
            if !visit(&captures)? {
                return Ok(());
            }
        }
    }
}

/// Compiles a pattern; the last few hundred are cached.
fn compiled(pattern: &str, host: &Host<'_>) -> EvalResult<Compiled> {
    static CACHE: LazyLock<Mutex<FxHashMap<Box<str>, Compiled>>> = LazyLock::new(Mutex::default);
    const REMEMBERED: usize = 256;
    let lock = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lock().get(pattern).cloned();
    // Every root pays for its patterns once, cached or not: what the cache holds depends on other threads.
    let is_new = host.meter.is_new_pattern(pattern);
    let pay = |steps: u64| if is_new { host.pay(steps) } else { Ok(()) };
    if let Some(known) = known {
        pay(match &known {
            Ok(Pattern { size, .. }) | Err(PatternError::TooLarge(size)) => size.compiling(),
            Err(PatternError::Wrong(_)) => length(pattern),
        })?;
        return Ok(known);
    }
    let fresh = match translated(pattern) {
        Ok(translated) if regex_syntax::parse(&translated).is_ok() => {
            let size = Size::of(&translated);
            pay(size.compiling())?;
            let built = RegexBuilder::new(&translated).build();
            built
                .map(|regex| Pattern { regex: Arc::new(regex), size })
                // The pattern parses, so only its size can be wrong.
                .map_err(|_| PatternError::TooLarge(size))
        }
        wrong => {
            pay(length(pattern))?;
            Err(PatternError::Wrong(match wrong {
                Ok(translated) => {
                    Regex::new(&translated).err().map(|error| last_line(&error)).unwrap_or_default()
                }
                Err(why) => why,
            }))
        }
    };
    let mut cache = lock();
    if cache.len() >= REMEMBERED {
        cache.clear();
    }
    cache.insert(pattern.into(), fresh.clone());
    Ok(fresh)
}

/// The cost of reading a pattern that turns out to be unusable.
fn length(pattern: &str) -> u64 {
    u64::try_from(pattern.len()).unwrap_or(u64::MAX).saturating_mul(4_000)
}

/// The message without the drawing of the pattern above it.
fn last_line(error: &regex::Error) -> String {
    let message = error.to_string();
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Replaces every match by a template such as `$1` or `${name}`.
pub(super) fn replace_all(
    arguments: &Arguments<'_>,
    whole: &str,
    pattern: &str,
    template: &str,
) -> EvalResult<Value> {
    let host = arguments.host;
    let pattern = match compiled(pattern, host)? {
        Ok(pattern) => pattern,
        Err(PatternError::Wrong(why)) => {
            return Err(arguments.fail(format_args!("error parsing regexp: {why}")));
        }
        Err(PatternError::TooLarge(_)) => return Ok(arguments.beyond("size of the pattern")),
    };
    let mut replaced = String::new();
    let mut end = 0;
    pattern.each_match(host, whole, |captures| {
        let Some(found) = captures.get(0) else { return Ok(true) };
        replaced.push_str(whole.get(end..found.start()).unwrap_or_default());
        captures.expand(template, &mut replaced);
        end = found.end();
        Ok(replaced.len() <= LONGEST)
    })?;
    if replaced.len() > LONGEST {
        return Ok(arguments.too_long());
    }
    replaced.push_str(whole.get(end..).unwrap_or_default());
    Ok(text(replaced))
}

/// What a match returns: the whole match, its groups in order, or its groups by name.
enum Groups {
    None,
    Numbered(usize),
    Named(Vec<Str>),
}

impl Groups {
    fn of(regex: &Regex) -> Result<Self, &'static str> {
        let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
        let named: Vec<Str> = names.iter().filter_map(|name| name.map(Str::from)).collect();
        match (named.len(), names.len()) {
            (_, 0) => Ok(Self::None),
            (0, count) => Ok(Self::Numbered(count)),
            (some, all) if some == all => Ok(Self::Named(named)),
            _ => Err("cannot mix both named and unnamed capture groups"),
        }
    }

    fn type_(&self) -> Type {
        match self {
            Self::None => Type::String,
            Self::Numbered(count) => Type::Tuple(std::iter::repeat_n(Type::String, *count).collect()),
            Self::Named(names) => Type::object(names.iter().map(|name| (name.clone(), Type::String))),
        }
    }

    fn value(&self, captures: &Captures<'_>) -> Value {
        let group = |found: Option<regex::Match<'_>>| {
            found.map_or_else(|| Kind::Null(Type::String).into(), |found| text(found.as_str()))
        };
        match self {
            Self::None => group(captures.get(0)),
            Self::Numbered(count) => Value::tuple((1..=*count).map(|i| group(captures.get(i))).collect()),
            Self::Named(names) => {
                Value::object(names.iter().map(|name| (name.clone(), group(captures.name(name)))).collect())
            }
        }
    }
}

/// The compiled pattern and its groups, or the result if it does not depend on the text.
fn pattern(arguments: &Arguments<'_>, list: bool) -> EvalResult<Result<(Pattern, Groups), Value>> {
    let wrap = |type_: Type| if list { Type::List(Arc::new(type_)) } else { type_ };
    if let Kind::Unknown(unknown) = &arguments.value(0).kind {
        return Ok(Err(not_null(wrap(Type::Dynamic), unknown.cause.clone())));
    }
    let pattern = match compiled(arguments.text(0), arguments.host)? {
        Ok(pattern) => pattern,
        Err(PatternError::Wrong(why)) => {
            return Err(arguments.refuse(0, format_args!("invalid regexp pattern: {why}")));
        }
        Err(PatternError::TooLarge(_)) => {
            let cause = Cause::new(CauseKind::Limit, "regular expression size", None);
            return Ok(Err(not_null(wrap(Type::Dynamic), cause)));
        }
    };
    let groups = Groups::of(&pattern.regex)
        .map_err(|why| arguments.refuse(0, format_args!("invalid regexp pattern: {why}")))?;
    if let Kind::Unknown(unknown) = &arguments.value(1).kind {
        return Ok(Err(not_null(wrap(groups.type_()), unknown.cause.clone())));
    }
    Ok(Ok((pattern, groups)))
}

fn regex(arguments: &Arguments<'_>) -> EvalResult<Value> {
    match pattern(arguments, false)? {
        Err(unknown) => Ok(unknown),
        Ok((pattern, groups)) => {
            let text = arguments.text(1);
            arguments.host.pay(pattern.size.search(text.len()))?;
            let captures = pattern.regex.captures(text);
            captures
                .map(|captures| groups.value(&captures))
                .ok_or_else(|| arguments.fail("pattern did not match any part of the given string"))
        }
    }
}

fn regex_all(arguments: &Arguments<'_>) -> EvalResult<Value> {
    match pattern(arguments, true)? {
        Err(unknown) => Ok(unknown),
        Ok((pattern, groups)) => {
            let host = arguments.host;
            let mut matches = Vec::new();
            pattern.each_match(host, arguments.text(1), |captures| {
                let value = groups.value(captures);
                // Pay per match: a text has as many matches as characters at worst.
                host.meter.spend(Budget::Values, value.weight().memory())?;
                matches.push(value);
                Ok(true)
            })?;
            Ok(Value::list(groups.type_(), matches))
        }
    }
}

/// Translates a pattern from Go's dialect to that of the `regex` crate. In Go, classes such as `\d` are ASCII, a lone `{` is literal,
/// `[a&&b]` has no set operators, and `\Q…\E` quotes.
fn translated(pattern: &str) -> Result<String, String> {
    let mut translator = Translator { rest: pattern, out: String::with_capacity(pattern.len() + 16) };
    let mut repeated = false;
    while let Some(c) = translator.next() {
        let mut repeats = false;
        match c {
            '\\' => translator.escape(false)?,
            '[' => translator.class()?,
            '(' => {
                translator.out.push('(');
                translator.group()?;
            }
            '*' | '+' | '?' | '{' => match translator.repetition(c)? {
                Some(operator) if repeated => {
                    return Err(format!("invalid nested repetition operator: {operator}"));
                }
                Some(_) => repeats = true,
                None => {}
            },
            c => translator.out.push(c),
        }
        repeated = repeats;
    }
    Ok(translator.out)
}

struct Translator<'a> {
    rest: &'a str,
    out: String,
}

impl Translator<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn literal(&mut self, c: char) {
        self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    /// Translates what follows a backslash.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(c) = self.next() else {
            return Err("trailing backslash at end of expression: ``".to_owned());
        };
        let class = match c {
            'd' => "[0-9]",
            'D' => "[^0-9]",
            's' => "[\\t\\n\\f\\r ]",
            'S' => "[^\\t\\n\\f\\r ]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            'b' if !in_class => "(?-u:\\b)",
            _ => "",
        };
        if !class.is_empty() {
            self.out.push_str(class);
            return Ok(());
        }
        match c {
            'Q' if !in_class => {
                while !self.rest.is_empty() && !self.take("\\E") {
                    if let Some(c) = self.next() {
                        self.literal(c);
                    }
                }
            }
            'E' if !in_class => {}
            'a' | 'f' | 't' | 'n' | 'r' | 'v' => self.out.extend(['\\', c]),
            'x' | 'p' | 'P' => {
                self.out.extend(['\\', c]);
                if self.rest.starts_with('{') {
                    while let Some(c) = self.next() {
                        self.out.push(c);
                        if c == '}' {
                            break;
                        }
                    }
                }
            }
            'B' | 'A' | 'z' if !in_class => self.out.extend(['\\', c]),
            '0' => self.octal(0)?,
            '1'..='7' if self.rest.starts_with(|next: char| ('0'..='7').contains(&next)) => {
                self.octal(c.to_digit(8).unwrap_or(0))?;
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => {
                if in_class {
                    self.out.extend(['\\', c]);
                    if matches!(c, '<' | '>') {
                        self.out.truncate(self.out.len() - 2);
                        self.out.push(c);
                    }
                } else {
                    self.literal(c);
                }
            }
            c => return Err(format!("invalid escape sequence: `\\{c}`")),
        }
        Ok(())
    }

    fn octal(&mut self, first: u32) -> Result<(), String> {
        let mut code = first;
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
            code = code * 8 + digit;
            self.next();
        }
        let c = char::from_u32(code).ok_or_else(|| "invalid escape sequence".to_owned())?;
        self.literal(c);
        Ok(())
    }

    /// Translates what follows `[`, up to its `]`.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.take("^") {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if self.rest.starts_with("[:")
                && let Some(end) = self.rest.find(":]")
            {
                let (name, rest) = self.rest.split_at_checked(end + 2).unwrap_or((self.rest, ""));
                self.out.push_str(name);
                self.rest = rest;
                first = false;
                continue;
            }
            match self.next() {
                None => return Err("missing closing ]".to_owned()),
                Some(']') if !first => break,
                Some('\\') => self.escape(true)?,
                Some(c @ ('[' | ']' | '&' | '~')) => self.out.extend(['\\', c]),
                Some(c) => self.out.push(c),
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// Checks the flags and names that follow `(`; the group itself needs no translation.
    fn group(&mut self) -> Result<(), String> {
        if !self.rest.starts_with('?') || self.rest.starts_with("?P<") || self.rest.starts_with("?<") {
            if self.rest.starts_with("?<=") || self.rest.starts_with("?<!") {
                return Err("invalid or unsupported Perl syntax: `(?<`".to_owned());
            }
            if self.take("?P<") || self.take("?<") {
                self.out.push_str("?P<");
                while let Some(c) = self.next() {
                    self.out.push(c);
                    if c == '>' {
                        break;
                    }
                }
            }
            return Ok(());
        }
        let end = self.rest.find([':', ')']).unwrap_or(self.rest.len());
        let flags = self.rest.get(1..end).unwrap_or_default();
        if !flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U' | '-')) {
            return Err("invalid or unsupported Perl syntax".to_owned());
        }
        self.out.push('?');
        self.out.push_str(flags);
        self.rest = self.rest.get(end..).unwrap_or_default();
        if self.take(":") {
            self.out.push(':');
        }
        Ok(())
    }

    /// The text of a repetition, including a trailing `?`; `None` for a brace that is not a repetition.
    fn repetition(&mut self, operator: char) -> Result<Option<String>, String> {
        let mut written = String::from(operator);
        if operator == '{' {
            let inner = self.rest.split_once('}').map(|(inner, _)| inner);
            let bounds = inner.and_then(|inner| {
                let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
                let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                (!least.is_empty() && digits(least) && digits(most)).then_some((inner, least, most))
            });
            let Some((inner, least, most)) = bounds else {
                self.out.push_str("\\{");
                return Ok(None);
            };
            let too_many = |bound: &str| !bound.is_empty() && bound.parse::<u32>().map_or(true, |n| n > 1000);
            if too_many(least) || too_many(most) {
                return Err(format!("invalid repeat count: `{{{inner}}}`"));
            }
            written.push_str(inner);
            written.push('}');
            self.rest = self.rest.get(inner.len() + 1..).unwrap_or_default();
        }
        if self.take("?") {
            written.push('?');
        }
        self.out.push_str(&written);
        Ok(Some(written))
    }
}
