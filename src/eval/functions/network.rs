//! Address arithmetic, including the oddities of Go's implementation.

use std::net::{Ipv4Addr, Ipv6Addr};

use dashu_int::IBig;

use super::parameters::{number, string};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{Number, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "cidrcontains",
        &[string("containing_prefix"), string("contained_ip_or_prefix")],
        Gives::Bool,
        contains,
        "Whether a network contains an address or another network.",
    ),
    row(
        "cidrhost",
        &[string("prefix"), number("hostnum")],
        Gives::String,
        host,
        "The address of a host in a network.",
    ),
    row("cidrnetmask", &[string("prefix")], Gives::String, netmask, "The netmask of an IPv4 network."),
    row(
        "cidrsubnet",
        &[string("prefix"), number("newbits"), number("netnum")],
        Gives::String,
        subnet,
        "A subnet of a network.",
    ),
    row("cidrsubnets", &[string("prefix")], Gives::Strings, subnets, "Consecutive subnets of a network.")
        .costs(8)
        .and(number("newbits")),
];

/// A network: its address, whether that has 32 or 128 bits, and the length of the prefix.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    width: u32,
    prefix: u32,
}

/// A mask of the bits behind the first `prefix` ones.
fn host_bits(width: u32, prefix: u32) -> u128 {
    let count = width.saturating_sub(prefix);
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

/// Parses an address and returns its width in bits; the parts of an IPv4 address may have leading zeros.
fn parse_address(text: &str) -> Option<(u128, u32)> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(|address| (address.to_bits(), 128));
    }
    let mut bits = 0;
    let mut count = 0;
    for part in text.split('.') {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part: u128 = part.parse().ok().filter(|part| *part < 256)?;
        bits = bits << 8 | part;
        count += 1;
    }
    (count == 4).then_some((bits, 32))
}

fn parse(text: &str) -> Result<Network, String> {
    let parsed = text.split_once('/').and_then(|(address, prefix)| {
        let (address, width) = parse_address(address)?;
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= width)?;
        Some(Network { address: address & !host_bits(width, prefix), width, prefix })
    });
    parsed.ok_or_else(|| format!("invalid CIDR expression: invalid CIDR address: {text}"))
}

/// Prints an address as Go does: an IPv4-mapped IPv6 address looks like an IPv4 address.
fn show(address: u128, width: u32) -> String {
    match u32::try_from(address) {
        Ok(address) if width == 32 => Ipv4Addr::from_bits(address).to_string(),
        _ => {
            let address = Ipv6Addr::from_bits(address);
            address.to_ipv4_mapped().map_or_else(|| address.to_string(), |inner| inner.to_string())
        }
    }
}

impl Network {
    /// The width that Go assumes, in bits: an IPv4-mapped IPv6 address has 32.
    fn apparent_width(&self) -> u32 {
        if self.width == 128 && Ipv6Addr::from_bits(self.address).to_ipv4_mapped().is_some() {
            32
        } else {
            self.width
        }
    }

    /// Puts a number behind the first `prefix` bits of the address. As in Go, a negative number is extended by ones without end,
    /// and the magnitude of the result is used.
    fn insert(&self, number: &IBig, prefix: u32) -> u128 {
        let shift = usize::try_from(self.width.saturating_sub(prefix)).unwrap_or(0);
        let combined = IBig::from(self.address) | (number << shift);
        let (_, magnitude) = combined.into_parts();
        let low = magnitude & dashu_int::UBig::from(host_bits(self.width, 0));
        u128::try_from(low).unwrap_or(0)
    }
}

fn network(arguments: &Arguments<'_>) -> EvalResult<Network> {
    parse(arguments.text(0)).map_err(|why| arguments.fail(why))
}

/// A whole number argument of any size.
fn big(arguments: &Arguments<'_>, i: usize) -> EvalResult<IBig> {
    let number: &Number = arguments.number(i)?;
    let digits = number.whole_digits(10).ok_or_else(|| arguments.fail("value must be a whole number"))?;
    let magnitude: IBig = digits.parse().map_err(|_| arguments.fail("value must be a whole number"))?;
    Ok(if number.is_negative() { -magnitude } else { magnitude })
}

fn host(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let network = network(arguments)?;
    let asked = big(arguments, 1)?;
    let most = IBig::from(host_bits(network.width, network.prefix));
    let (number, offset) = if asked < IBig::ZERO {
        let offset = -&asked - IBig::ONE;
        (&most - &offset, offset)
    } else {
        (asked.clone(), asked)
    };
    if offset > most {
        let prefix = network.prefix;
        return Err(
            arguments.fail(format_args!("prefix of {prefix} does not accommodate a host numbered {number}"))
        );
    }
    let address = network.insert(&number, network.apparent_width());
    Ok(show(address, network.width).as_str().into())
}

fn netmask(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let network = network(arguments)?;
    if network.width != 32 {
        let given = arguments.text(0);
        return Err(arguments.fail(format_args!("IPv6 addresses cannot have a netmask: {given}")));
    }
    Ok(show(host_bits(32, 0) & !host_bits(32, network.prefix), 32).as_str().into())
}

fn subnet(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let network = network(arguments)?;
    let more = arguments.whole(1)?;
    let number = big(arguments, 2)?;
    let parent = network.prefix;
    let prefix =
        u32::try_from(i64::from(parent).saturating_add(more)).ok().filter(|prefix| *prefix <= network.width);
    let Some(prefix) = prefix else {
        return Err(
            arguments.fail(format_args!("insufficient address space to extend prefix of {parent} by {more}"))
        );
    };
    // Go compares 64 bits: with 64 or more new bits, or a negative count, every number fits.
    let most = if (0..64).contains(&more) { (1_u64 << more) - 1 } else { u64::MAX };
    let (_, magnitude) = number.clone().into_parts();
    if magnitude > dashu_int::UBig::from(most) {
        return Err(arguments.fail(format_args!(
            "prefix extension of {more} does not accommodate a subnet numbered {number}"
        )));
    }
    let address = network.insert(&number, prefix) & !host_bits(network.width, prefix);
    Ok(format!("{}/{prefix}", show(address, network.width)).as_str().into())
}

fn subnets(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let network = parse(arguments.text(0)).map_err(|why| arguments.refuse(0, why))?;
    let last = network.address | host_bits(network.width, network.prefix);
    let mut next = Some(network.address);
    let mut parts: Vec<Value> = Vec::new();
    let mut previous = String::new();
    for i in 1..arguments.values.len() {
        let more = arguments.whole(i)?;
        if more < 1 {
            return Err(arguments.refuse(i, "must extend prefix by at least one bit"));
        }
        let Some(more) = u32::try_from(more).ok().filter(|more| *more <= 32) else {
            return Err(arguments.refuse(i, "may not extend prefix by more than 32 bits"));
        };
        let prefix = network.prefix + more;
        if prefix > network.width {
            let version = if network.width == 32 { "IPv4" } else { "IPv6" };
            return Err(arguments.refuse(
                i,
                format_args!(
                    "would extend prefix to {prefix} bits, which is too long for an {version} address"
                ),
            ));
        }
        let rest = host_bits(network.width, prefix);
        let start = next.and_then(|next| next.checked_add(rest)).map(|next| next & !rest);
        let Some(start) = start.filter(|start| *start <= last) else {
            return Err(arguments.refuse(i, format_args!(
                "not enough remaining address space for a subnet with a prefix of {prefix} bits after {previous}"
            )));
        };
        next = (start | rest).checked_add(1);
        previous = format!("{}/{prefix}", show(start, network.width));
        parts.push(previous.as_str().into());
    }
    Ok(Value::list(Type::String, parts))
}

fn contains(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let outer = network(arguments)?;
    let inner = arguments.text(1);
    let inner = match parse_address(inner) {
        Some((address, width)) => Network { address, width, prefix: width },
        None => parse(inner).map_err(|why| arguments.fail(why))?,
    };
    if outer.width != inner.width {
        return Err(arguments.fail("address family mismatch"));
    }
    let shared = !host_bits(outer.width, outer.prefix);
    Ok((inner.prefix >= outer.prefix && inner.address & shared == outer.address).into())
}
