//! What a plan says of the provider configurations of its resources.

use std::path::Path;

use buttress::estate::ProviderFacts;
use buttress::estate::plan::estate;
use buttress::text::FileId;

use super::display;

#[test]
fn instances_have_the_constant_arguments_of_their_provider() {
    let resource = |name: &str, key: &str| {
        format!(
            r#"{{ "address": "aws_vpc.{name}", "mode": "managed", "type": "aws_vpc", "name": "{name}", "provider_config_key": "{key}" }}"#
        )
    };
    let all = [
        ("constant", "aws"),
        ("by_variable", "aws.variable"),
        ("by_default", "aws.default"),
        ("by_local", "aws.local"),
        ("secret", "aws.secret"),
        ("elsewhere", "aws.elsewhere"),
    ];
    let planned: Vec<String> = all
        .iter()
        .map(|(name, _)| {
            format!(
                r#"{{ "address": "aws_vpc.{name}", "mode": "managed", "type": "aws_vpc", "name": "{name}", "values": {{}} }}"#
            )
        })
        .collect();
    let configured: Vec<String> = all.iter().map(|(name, key)| resource(name, key)).collect();
    let region = |key: &str, expression: &str| {
        format!(r#""{key}": {{ "name": "aws", "expressions": {{ "region": {expression} }} }}"#)
    };
    let providers = [
        region("aws", r#"{ "constant_value": "eu-west-1" }"#),
        region("aws.variable", r#"{ "references": ["var.region"] }"#),
        region("aws.default", r#"{ "references": ["var.spare"] }"#),
        region("aws.local", r#"{ "references": ["local.region", "var.region"] }"#),
        region("aws.secret", r#"{ "references": ["var.hidden"] }"#),
    ];
    let text = format!(
        r#"{{ "format_version": "1.2", "planned_values": {{ "root_module": {{ "resources": [{}] }} }},
            "variables": {{ "region": {{ "value": "eu-central-1" }}, "hidden": {{ "value": "eu-north-1" }} }},
            "configuration": {{ "provider_config": {{ {} }}, "root_module": {{ "resources": [{}],
                "variables": {{ "region": {{}}, "spare": {{ "default": "eu-south-1" }}, "hidden": {{ "sensitive": true }} }} }} }} }}"#,
        planned.join(", "),
        providers.join(", "),
        configured.join(", ")
    );
    let estate = estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default());
    let lines: Vec<String> = estate
        .instances
        .iter()
        .map(|instance| format!("{}: {}", instance.address, display(&instance.provider, &estate.symbols)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    aws_vpc.by_default: {region = "eu-south-1"}
    aws_vpc.by_local: {region = ?(region of the provider configuration aws.local is decided outside this configuration)}
    aws_vpc.by_variable: {region = "eu-central-1"}
    aws_vpc.constant: {region = "eu-west-1"}
    aws_vpc.elsewhere: null
    aws_vpc.secret: {region = secret "eu-north-1"}
    "#);
}
