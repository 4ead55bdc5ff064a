//! Canaries: secrets planted wherever one may stand, and searched for in every output of every format.

use buttress::eval::functions::{self, Function, Takes};
use buttress::render::drawing::DrawingFormat;
use buttress::render::explained::ExplainFormat;
use buttress::render::report::Format;
use buttress::render::simulation::SimulationFormat;
use clap::ValueEnum;

use crate::support::folder::Folder;

const CANARY: &str = "CANARY";

/// A folder with some files.
fn folder(name: &str, files: &[(&str, &str)]) -> Folder {
    files.iter().fold(Folder::new(&format!("secrets-{name}")), |folder, (path, text)| folder.file(path, text))
}

/// Everything that a command prints, on both streams.
fn printed(folder: &Folder, command: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = folder
        .program(".")
        .args(command)
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {:?}", output.status);
    [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat()
}

fn names<F: ValueEnum>() -> Vec<String> {
    F::value_variants().iter().map(|one| one.to_possible_value().unwrap().get_name().to_owned()).collect()
}

/// Every command that reads configuration, with each of its formats.
fn commands() -> Vec<Vec<String>> {
    let with = |words: &'static [&'static str], formats: Vec<String>| {
        formats.into_iter().map(|format| {
            words.iter().copied().chain(["--format", format.as_str()]).map(str::to_owned).collect()
        })
    };
    let check = with(&["check"], names::<Format>());
    let simulate = with(&["simulate"], names::<SimulationFormat>());
    let lose =
        with(&["simulate", "--lose", "zone:nothing", "--lose", "node:nothing"], names::<SimulationFormat>());
    let views =
        &["graph", "--all", "--view", "request", "--view", "event", "--view", "data", "--view", "support"];
    let graph = with(views, names::<DrawingFormat>());
    let focus = with(&["graph", "--focus", "nothing"], names::<DrawingFormat>());
    let explain = with(&["explain", "**", "--all"], names::<ExplainFormat>());
    let variable = with(&["explain", "var.s"], vec!["json".to_owned()]);
    let check = check.chain(explain).chain(variable);
    check.chain(simulate).chain(lose).chain(graph).chain(focus).collect()
}

/// Fails if any format of a command shows the canary.
fn expect_no_canary_in(
    commands: &[Vec<String>],
    folder: &Folder,
    arguments: &[&str],
    environment: &[(&str, &str)],
) {
    for command in commands {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let text = printed(folder, &command, arguments, environment);
        let line = text.lines().find(|line| line.contains(CANARY));
        assert_eq!(line, None, "{command:?} {arguments:?}");
        assert!(!text.trim().is_empty(), "{command:?} {arguments:?} says something");
    }
}

/// Fails if any format of any command shows the canary.
fn expect_no_canary(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) {
    expect_no_canary_in(&commands(), folder, arguments, environment);
}

/// The outputs in which the canary is: of the commands that show it where nothing hides it.
fn showing(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) -> Vec<String> {
    let shows = |command: &Vec<String>| {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        printed(folder, &command, arguments, environment).contains(CANARY)
    };
    commands().into_iter().filter(shows).map(|command| command[0].clone()).collect()
}

/// Something of the type that a parameter takes.
fn plausible(takes: Takes) -> &'static str {
    match takes {
        Takes::Any | Takes::String => "\"1\"",
        Takes::Number => "1",
        Takes::List | Takes::Strings | Takes::Set => "[\"1\"]",
        Takes::Booleans => "[true]",
        Takes::StringsByKey => "{ a = [\"1\"] }",
    }
}

/// Calls with the secret as one of the arguments, in several shapes.
fn calls(function: &Function) -> Vec<String> {
    let mut takes: Vec<Takes> = function.parameters.iter().map(|parameter| parameter.takes).collect();
    takes.extend(function.variadic.iter().map(|parameter| parameter.takes));
    let mut calls = Vec::new();
    for secret in 0..takes.len() {
        for shape in [
            "var.s",
            "[var.s]",
            "{ (var.s) = 1 }",
            "{ a = var.s }",
            "\"$${${var.s}}\"",
            "\"../${var.s}/x\"",
            "var.n",
        ] {
            let arguments: Vec<&str> = takes
                .iter()
                .enumerate()
                .map(|(at, takes)| if at == secret { shape } else { plausible(*takes) })
                .collect();
            calls.push(format!("{}({})", function.name, arguments.join(", ")));
        }
    }
    calls
}

/// The value is given by the environment: no line of source that is quoted spells it out. Wherever a function fails, or does not know its
/// result, a rule or the run has something to say about it.
#[test]
fn no_function_tells_a_secret_that_it_is_given() {
    let mut text = String::from(
        "variable \"s\" {\n  sensitive = true\n}\nvariable \"n\" {\n  type = number\n  sensitive = true\n}\n",
    );
    let mut count = 0;
    // It is the purpose of this function to show a secret, and what has an address is explained with its values.
    let all = functions::all().filter(|function| function.name != "nonsensitive");
    for (number, call) in all.flat_map(calls).enumerate() {
        // A count must be known, a standby is asked for by a rule.
        let argument = if number % 2 == 0 { "count" } else { "multi_az" };
        text.push_str(&format!(
            "resource \"aws_db_instance\" \"r{number}\" {{\n  engine = \"postgres\"\n  {argument} = {call}\n}}\n"
        ));
        count += 1;
    }
    assert!(count > 1_000, "{count}");
    let folder = folder("functions", &[("main.tf", &text)]);
    let secret = format!("/{CANARY}/x");
    let given = [("TF_VAR_s", secret.as_str()), ("TF_VAR_n", "CANARY is no number")];
    // What is not there is asked for elsewhere.
    let asks = |command: &Vec<String>| command.iter().any(|word| word == "--lose" || word == "--focus");
    let commands: Vec<Vec<String>> = commands().into_iter().filter(|command| !asks(command)).collect();
    expect_no_canary_in(&commands, &folder, &[".", "--env-vars"], &given);
}

/// Ephemeral values are secrets although nobody marks them.
#[test]
fn an_ephemeral_value_is_told_to_nobody() {
    let text = "variable \"e\" {\n  ephemeral = true\n}\nresource \"aws_db_instance\" \"a\" {\n  count = tonumber(var.e)\n}\n";
    let folder = folder("ephemeral", &[("main.tf", text)]);
    expect_no_canary(&folder, &[".", "--env-vars"], &[("TF_VAR_e", CANARY)]);
}

/// What is given on the command line may be a secret, even if it cannot be used.
#[test]
fn values_on_the_command_line_are_quoted_nowhere() {
    let text = "variable \"o\" {\n  type = object({ a = string })\n}\nvariable \"n\" {\n  type = number\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  count = var.n\n  multi_az = var.o.a\n}\n";
    let folder = folder("command-line", &[("main.tf", text)]);
    for value in ["o={a=CANARY}", "o=[CANARY", "o={a=CANARY()}", "n=CANARY", "CANARYNOEQ", "=CANARY"] {
        expect_no_canary(&folder, &[".", "--var", value], &[]);
    }
}

/// A line of a values file is quoted where it decides; its neighbours, and what is sensitive, are not.
#[test]
fn values_files_keep_their_secrets() {
    let text = "variable \"standby\" {\n  type = bool\n}\nvariable \"password\" {\n  sensitive = true\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  engine = \"postgres\"\n  multi_az = var.standby\n  password = var.password\n}\n\
                resource \"aws_db_instance\" \"b\" {\n  count = var.password\n  engine = \"postgres\"\n}\n";
    let values = "password = \"CANARY\"\nstandby  = false\ntoken = \"CANARY\"\n";
    let folder = folder("values", &[("main.tf", text), ("terraform.tfvars", values)]);
    expect_no_canary(&folder, &["."], &[]);
}

/// A value that is no constant is in the line that is pointed at, and in no message.
#[test]
fn a_values_file_without_quotes_keeps_its_secrets() {
    let text = "variable \"password\" {\n  sensitive = true\n}\n";
    for value in ["CANARY", "CANARY.a", "CANARY()", "\"${CANARY}\"", "[CANARY][0]"] {
        let folder =
            folder("bare", &[("main.tf", text), ("x.auto.tfvars", &format!("password = {value}\n"))]);
        let printed = printed(&folder, &["check", "--format", "json"], &["."], &[]);
        let messages: Vec<&str> = printed.lines().filter(|line| line.contains("\"message\"")).collect();
        assert!(messages.iter().all(|line| !line.contains(CANARY)), "{messages:#?}");
        assert!(printed.contains("variables/value"), "{printed}");
    }
}

/// The keys of a sensitive map are secret as well.
#[test]
fn a_sensitive_value_of_a_wrong_type_is_not_described() {
    let text = "variable \"m\" {\n  type = map(number)\n  sensitive = true\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  count = length(var.m)\n}\n\
                module \"m\" {\n  source = \"./m\"\n  x = var.m\n}\n";
    let module =
        "variable \"x\" {\n  type = map(list(string))\n}\noutput \"x\" {\n  value = length(var.x)\n}\n";
    let folder = folder("wrong-type", &[("main.tf", text), ("m/main.tf", module)]);
    for value in ["{CANARY=\"x\"}", "{CANARY=1}"] {
        expect_no_canary(&folder, &[".", "--env-vars"], &[("TF_VAR_m", value)]);
    }
}

/// Paths and versions of modules, which messages name.
#[test]
fn a_module_that_the_command_line_names_is_quoted_nowhere() {
    let text = "variable \"p\" {}\nmodule \"a\" {\n  source = \"./${var.p}\"\n}\nmodule \"b\" {\n  source = \"../../${var.p}\"\n}\n\
                module \"c\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n  version = var.p\n}\n\
                module \"d\" {\n  source = \"git::https://x.example/${var.p}\"\n}\n";
    let folder = folder("module", &[("main.tf", text)]);
    // Who asks for an explanation of a call is told its arguments.
    let checks: Vec<Vec<String>> = commands().into_iter().filter(|command| command[0] == "check").collect();
    expect_no_canary_in(&checks, &folder, &[".", "--var", "p=CANARY"], &[]);
}

/// Marks of a plan or state in every form: on a value, on a part, on the whole, and one that nobody understands.
#[test]
fn what_a_plan_marks_in_any_way_is_told_to_nobody() {
    let plan = |marks: &str, values: &str| {
        format!(
            r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [{{"address": "aws_appautoscaling_target.x",
            "mode": "managed", "type": "aws_appautoscaling_target", "name": "x", "values": {values}, "sensitive_values": {marks}}}]}}}},
            "resource_changes": [{{"address": "aws_appautoscaling_target.x", "mode": "managed", "type": "aws_appautoscaling_target",
            "name": "x", "change": {{"actions": ["create"], "before": null, "after": {values}, "after_unknown": {{}},
            "before_sensitive": false, "after_sensitive": {marks}}}}}], "configuration": {{"root_module": {{"resources": []}}}}}}"#
        )
    };
    let values = r#"{"min_capacity": "CANARY", "max_capacity": "CANARY", "resource_id": "CANARY"}"#;
    for marks in [
        "true",
        "\"yes\"",
        "1",
        r#"{"min_capacity": true, "max_capacity": true, "resource_id": true}"#,
        r#"{"min_capacity": "x", "max_capacity": 1, "resource_id": true}"#,
    ] {
        let folder = folder("plan", &[("plan.json", &plan(marks, values))]);
        expect_no_canary(&folder, &["plan.json"], &[]);
        let checks: Vec<Vec<String>> =
            commands().into_iter().filter(|command| command[0] == "check").collect();
        for gate in ["--regressions", "--only-changed"] {
            expect_no_canary_in(&checks, &folder, &["plan.json", gate], &[]);
        }
    }
    let shown = folder("plan-shown", &[("plan.json", &plan("{}", values))]);
    assert!(!showing(&shown, &["plan.json"], &[]).is_empty(), "unmarked values are shown");
}

/// A state with values in everything that names something, and marks of them.
fn state(marks: &str) -> String {
    let resource = |type_: &str, name: &str, values: &str| {
        format!(
            r#"{{"address": "{type_}.{name}", "mode": "managed", "type": "{type_}", "name": "{name}",
            "values": {values}, "sensitive_values": {marks}}}"#
        )
    };
    let resources = [
        resource("aws_subnet", "a", r#"{"id": "s-1", "availability_zone": "CANARY-zone", "vpc_id": "v-1"}"#),
        resource(
            "aws_instance",
            "a",
            r#"{"id": "i-1", "subnet_id": "s-1", "availability_zone": "CANARY-zone"}"#,
        ),
        resource(
            "aws_lb",
            "a",
            r#"{"id": "lb-1", "arn": "lb-1", "name": "CANARY", "subnets": ["s-1"], "internal": false}"#,
        ),
        resource("aws_lb_target_group", "a", r#"{"id": "tg-1", "arn": "tg-1", "name": "CANARY"}"#),
        resource(
            "aws_lb_target_group_attachment",
            "a",
            r#"{"target_group_arn": "tg-1", "target_id": "i-1"}"#,
        ),
        resource(
            "aws_lb_listener",
            "a",
            r#"{"load_balancer_arn": "lb-1", "default_action": [{"type": "forward", "target_group_arn": "tg-1"}]}"#,
        ),
        resource(
            "aws_appautoscaling_target",
            "x",
            r#"{"min_capacity": "CANARY", "max_capacity": "CANARY", "resource_id": "CANARY"}"#,
        ),
    ];
    format!(
        r#"{{"format_version": "1.0", "terraform_version": "1.11.4", "values": {{
        "outputs": {{"o": {{"sensitive": true, "value": "CANARY"}}}}, "root_module": {{"resources": [{}]}}}}}}"#,
        resources.join(", ")
    )
}

#[test]
fn what_a_state_marks_in_any_way_is_told_to_nobody() {
    for marks in ["true", "\"yes\"", "1"] {
        let folder = folder("state", &[("state.json", &state(marks))]);
        expect_no_canary(&folder, &["state.json"], &[]);
    }
    let parts = r#"{"availability_zone": true, "name": true, "min_capacity": true, "max_capacity": 1, "resource_id": "x"}"#;
    let folder_of_parts = folder("state-parts", &[("state.json", &state(parts))]);
    expect_no_canary(&folder_of_parts, &["state.json"], &[]);
    let shown = folder("state-shown", &[("state.json", &state("{}"))]);
    let mut showing = showing(&shown, &["state.json"], &[]);
    showing.dedup();
    assert_eq!(showing, ["check", "explain", "simulate"], "unmarked values are shown");
}

/// The same architecture as configuration: zones and names come from the environment.
#[test]
fn no_picture_and_no_failure_is_named_by_a_secret() {
    let text = |is_sensitive: bool| {
        format!(
            "variable \"s\" {{\n  sensitive = {is_sensitive}\n}}\n\
             resource \"aws_subnet\" \"a\" {{\n  availability_zone = var.s\n}}\n\
             resource \"aws_subnet\" \"b\" {{\n  availability_zone = \"${{var.s}}-b\"\n}}\n\
             resource \"aws_instance\" \"a\" {{\n  subnet_id = aws_subnet.a.id\n}}\n\
             resource \"aws_lb\" \"a\" {{\n  name = var.s\n  subnets = [aws_subnet.a.id, aws_subnet.b.id]\n}}\n\
             resource \"aws_lb_target_group\" \"a\" {{\n  name = var.s\n}}\n\
             resource \"aws_lb_target_group_attachment\" \"a\" {{\n  target_group_arn = aws_lb_target_group.a.arn\n  \
             target_id = aws_instance.a.id\n}}\n\
             resource \"aws_lb_listener\" \"a\" {{\n  load_balancer_arn = aws_lb.a.arn\n  default_action {{\n    \
             type = \"forward\"\n    target_group_arn = aws_lb_target_group.a.arn\n  }}\n}}\n"
        )
    };
    let given = [("TF_VAR_s", CANARY)];
    let hidden = folder("zones", &[("main.tf", &text(true))]);
    expect_no_canary(&hidden, &[".", "--env-vars"], &given);
    let shown = folder("zones-shown", &[("main.tf", &text(false))]);
    let showing = showing(&shown, &[".", "--env-vars"], &given);
    assert!(["simulate", "graph"].iter().all(|verb| showing.iter().any(|one| one == verb)), "{showing:?}");
}

/// A document that cannot be read is not quoted: nobody knows which of its values are secret.
#[test]
fn a_document_that_is_refused_is_not_quoted() {
    let whole = state("{}");
    let end = whole.rfind(CANARY).unwrap() + CANARY.len();
    let stored = r#"{"version": 4, "terraform_version": "1.11.4", "resources": [{"mode": "managed", "type": "aws_db_instance",
        "name": "a", "instances": [{"attributes": {"password": "CANARY"}}]}]}"#;
    let documents = [
        &whole[..end],
        stored,
        "{\"type\": \"version\", \"@message\": \"CANARY\"}\n{\"type\": \"planned_change\"}\n",
        "{\"format_version\": \"1.0\", \"values\": \"CANARY\"}",
        "{\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": [{\"address\": 1, \"values\": \"CANARY\"}]}}}",
        "CANARY",
    ];
    for document in documents {
        let folder = folder("refused", &[("state.json", document)]);
        let text = printed(&folder, &["check", "--format", "json"], &["state.json"], &[]);
        assert!(text.contains("\"problems\""), "{document}");
        expect_no_canary(&folder, &["state.json"], &[]);
    }
}

#[test]
fn a_part_of_a_plan_says_what_it_lacks() {
    let text = r#"{"planned_values": {"root_module": {}}, "resource_changes": []}"#;
    let folder = folder("no-version", &[("plan.json", text)]);
    let printed = printed(&folder, &["check"], &["plan.json"], &[]);
    assert!(printed.contains("no `format_version`"), "{printed}");
}
