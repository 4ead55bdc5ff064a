//! `rsadecrypt`: PKCS #1 v1.5, with private keys in PKCS #1, PKCS #8 or OpenSSH format.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{BigUint, Pkcs1v15Encrypt, RsaPrivateKey};

use super::{Arguments, EvalResult};
use crate::value::Value;

pub(super) fn decrypt(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let Some(cipher) = base64(arguments.text(0)) else {
        return Err(arguments.refuse(0, "failed to decode input: cipher text must be base64-encoded"));
    };
    let key = private_key(arguments.text(1)).map_err(|why| arguments.refuse(1, why))?;
    let plain = key.decrypt(Pkcs1v15Encrypt, &cipher);
    let plain = plain.map_err(|_| arguments.fail("failed to decrypt: crypto/rsa: decryption error"))?;
    // Terraform does not mark the result. We do: a text that somebody encrypted does not belong in a report.
    Ok(Value::from(&*String::from_utf8_lossy(&plain)).sensitive())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|character| !matches!(character, '\n' | '\r')).collect();
    STANDARD.decode(text).ok()
}

fn private_key(text: &str) -> Result<RsaPrivateKey, String> {
    let invalid = |why: &dyn std::fmt::Display| format!("invalid private key: {why}");
    let block = PemBlock::find(text).ok_or_else(|| invalid(&"ssh: no key found"))?;
    if block.is_encrypted {
        return Err(invalid(&"ssh: this private key is passphrase protected"));
    }
    match block.label {
        "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(&block.content).map_err(|error| invalid(&error)),
        "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_der(&block.content).map_err(|error| invalid(&error)),
        "OPENSSH PRIVATE KEY" => {
            let key = ssh_key::PrivateKey::from_bytes(&block.content).map_err(|error| invalid(&error))?;
            if key.is_encrypted() {
                return Err(invalid(&"ssh: this private key is passphrase protected"));
            }
            let pair = key.key_data().rsa().ok_or("invalid private key type: not an RSA key")?;
            let number = |mpint: &ssh_key::Mpint| BigUint::from_bytes_be(mpint.as_bytes());
            let (public, private) = (&pair.public, &pair.private);
            let primes = vec![number(&private.p), number(&private.q)];
            RsaPrivateKey::from_components(number(&public.n), number(&public.e), number(&private.d), primes)
                .map_err(|error| invalid(&error))
        }
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err("invalid private key type: not an RSA key".to_owned()),
        other => Err(invalid(&format_args!("ssh: unsupported key type {other:?}"))),
    }
}

/// A PEM block.
struct PemBlock<'t> {
    label: &'t str,
    content: Vec<u8>,
    is_encrypted: bool,
}

impl<'t> PemBlock<'t> {
    /// The first block in a text; other lines before and after it are ignored.
    fn find(text: &'t str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim_end);
        loop {
            let label =
                lines.by_ref().find_map(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"))?;
            let mut content = String::new();
            let mut is_encrypted = false;
            for line in lines.by_ref() {
                if let Some(end) = line.strip_prefix("-----END ") {
                    if end.strip_suffix("-----") == Some(label)
                        && let Some(content) = base64(&content)
                    {
                        return Some(Self { label, content, is_encrypted });
                    }
                    break;
                }
                match line.split_once(':') {
                    Some(("Proc-Type", value)) => is_encrypted = value.contains("ENCRYPTED"),
                    Some(_) => {}
                    None => content.push_str(line.trim()),
                }
            }
        }
    }
}
