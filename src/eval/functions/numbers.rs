//! Numbers.

use super::arguments::quoted;
use super::parameters::{any, number};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{Kind, Number, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "abs",
        &[number("num")],
        Gives::Number,
        |a| Ok(a.number(0)?.absolute().into()),
        "The absolute value.",
    ),
    row("ceil", &[number("num")], Gives::Number, |a| Ok(a.number(0)?.ceiling().into()), "Rounds up."),
    row("floor", &[number("num")], Gives::Number, |a| Ok(a.number(0)?.floor().into()), "Rounds down."),
    row("log", &[number("num"), number("base")], Gives::Number, logarithm, "The logarithm to a base."),
    row("max", &[], Gives::Number, |a| extreme(a, Number::gt), "The largest number.")
        .costs(4)
        .and(number("numbers")),
    row("min", &[], Gives::Number, |a| extreme(a, Number::lt), "The smallest number.")
        .costs(4)
        .and(number("numbers")),
    row(
        "parseint",
        &[any("number"), number("base")],
        Gives::Number,
        parse_int,
        "Parses a whole number in some base.",
    )
    .costs(2),
    row("pow", &[number("num"), number("power")], Gives::Number, power, "Raises a number to a power."),
    row("range", &[], Gives::Numbers, range, "Numbers from a start up to, but not including, an end.")
        .and(number("params")),
    row("signum", &[number("num")], Gives::Number, |a| Ok(a.whole(0)?.signum().into()), "-1, 0 or 1."),
    row("sum", &[any("list")], Gives::Number, sum, "The sum of a list.").costs(8),
];

/// Terraform's `range` returns at most this many numbers.
const RANGE_LIMIT: usize = 1024;

fn from_f64(arguments: &Arguments<'_>, n: f64) -> EvalResult<Value> {
    Number::from_f64(n).map(Value::from).map_err(|error| arguments.fail(error))
}

fn logarithm(arguments: &Arguments<'_>) -> EvalResult<Value> {
    from_f64(arguments, arguments.number(0)?.to_f64().ln() / arguments.number(1)?.to_f64().ln())
}

fn power(arguments: &Arguments<'_>) -> EvalResult<Value> {
    from_f64(arguments, arguments.number(0)?.to_f64().powf(arguments.number(1)?.to_f64()))
}

fn extreme(arguments: &Arguments<'_>, wins: fn(&Number, &Number) -> bool) -> EvalResult<Value> {
    let mut best: Option<&Number> = None;
    for i in 0..arguments.values.len() {
        let number = arguments.number(i)?;
        if best.is_none_or(|best| wins(number, best)) {
            best = Some(number);
        }
    }
    best.cloned().map(Value::from).ok_or_else(|| arguments.fail("must pass at least one number"))
}

fn parse_int(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let text = match &arguments.value(0).kind {
        Kind::String(text) => text,
        _ => {
            let type_ = arguments.value(0).type_of();
            return Err(arguments.refuse(0, format_args!("first argument must be a string, not {type_}")));
        }
    };
    let base = arguments.whole(1)?;
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return Err(arguments.refuse(1, "base must be a whole number between 2 and 62 inclusive"));
    };
    Number::parse_whole(text, base).map(Value::from).ok_or_else(|| {
        arguments.refuse(0, format_args!("cannot parse {} as a base {base} integer", quoted(text)))
    })
}

fn range(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let zero = &Number::Int(0);
    let (start, end, step) = match arguments.values.len() {
        1 => (zero, arguments.number(0)?, None),
        2 => (arguments.number(0)?, arguments.number(1)?, None),
        3 => (arguments.number(0)?, arguments.number(1)?, Some(arguments.number(2)?)),
        _ => return Err(arguments.fail("must have one, two, or three arguments")),
    };
    let down = end < start;
    let step = step.cloned().unwrap_or(Number::Int(if down { -1 } else { 1 }));
    if step.is_negative() && &step != zero {
        if end > start {
            return Err(arguments.refuse(2, "end must be less than start when step is negative"));
        }
    } else if down {
        return Err(arguments.refuse(2, "end must be greater than start when step is positive"));
    }
    let mut numbers = Vec::new();
    let mut number = start.clone();
    while if down { number > *end } else { number < *end } {
        if numbers.len() == RANGE_LIMIT {
            return Err(arguments.fail(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            ));
        }
        let next = number.add(&step).map_err(|error| arguments.fail(error))?;
        numbers.push(Value::from(std::mem::replace(&mut number, next)));
    }
    Ok(Value::list(Type::Number, numbers))
}

fn sum(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    if value.as_sequence().is_none() {
        return Err(arguments.refuse(
            0,
            match &value.kind {
                Kind::Map(_) | Kind::Object(_) => {
                    format!("argument must be list, set, or tuple. Received {}", value.type_of())
                }
                _ => "cannot sum noniterable".to_owned(),
            },
        ));
    }
    let mut sum: Option<Number> = None;
    for item in arguments.items(0) {
        let number = match &item.kind {
            Kind::Number(number) => Some(number.clone()),
            Kind::String(text) => Number::parse(text),
            _ => None,
        };
        let number = number
            .ok_or_else(|| arguments.refuse(0, "argument must be list, set, or tuple of number values"))?;
        sum = Some(match sum {
            None => number,
            Some(sum) => sum.add(&number).map_err(|error| arguments.fail(error))?,
        });
    }
    sum.map(Value::from).ok_or_else(|| arguments.refuse(0, "cannot sum an empty list"))
}
