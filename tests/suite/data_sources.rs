//! What data sources answer without being read: the documents and texts that their arguments make.

use crate::values::check_with;

#[test]
fn a_policy_document_is_what_its_arguments_say() {
    let around = r#"
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "One"
            actions   = ["s3:GetObject", "s3:PutObject"]
            resources = ["*"]
          }
          statement {
            effect    = "Deny"
            actions   = ["sqs:*"]
            resources = [aws_sqs_queue.q.arn]
            principals {
              type        = "AWS"
              identifiers = ["*"]
            }
            condition {
              test     = "StringEquals"
              variable = "aws:SourceAccount"
              values   = ["1"]
            }
          }
        }
        data "aws_iam_policy_document" "merged" {
          source_policy_documents   = [data.aws_iam_policy_document.base.json]
          override_policy_documents = [jsonencode({ Statement = { Sid = "One", Effect = "Deny", Action = "*", Resource = "*" } })]
          statement {
            not_actions = ["iam:*"]
            resources   = ["x"]
          }
        }
    "#;
    let shown = check_with(
        around,
        r#"
        base   = jsondecode(data.aws_iam_policy_document.base.json).Statement
        merged = jsondecode(data.aws_iam_policy_document.merged.json).Statement
        text   = data.aws_iam_policy_document.base.json
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    base = [{Action = ["s3:PutObject", "s3:GetObject"], Effect = "Allow", Resource = "*", Sid = "One"}, {Action = "sqs:*", Condition = {StringEquals = {aws:SourceAccount = "1"}}, Effect = "Deny", Principal = {AWS = "*"}, Resource = ?aws_sqs_queue.q.arn}]
    merged = [{Action = "*", Effect = "Deny", Resource = "*", Sid = "One"}, {Action = "sqs:*", Condition = {StringEquals = {aws:SourceAccount = "1"}}, Effect = "Deny", Principal = {AWS = "*"}, Resource = ?aws_sqs_queue.q.arn}, {Effect = "Allow", NotAction = "iam:*", Resource = "x"}]
    text = ?data.aws_iam_policy_document.base.json <- data.aws_iam_policy_document.base.json
    "#);
}

#[test]
fn a_policy_document_is_the_text_that_the_provider_writes() {
    let around = r#"
        data "aws_iam_policy_document" "all" {
          policy_id = "p"
          statement {
            sid       = ""
            actions   = ["s3:GetObject", "s3:<b>&"]
            resources = ["arn:aws:s3:::b/&{aws:username}/*"]
            principals {
              type        = "AWS"
              identifiers = ["b"]
            }
            principals {
              type        = "AWS"
              identifiers = ["a"]
            }
            principals {
              type        = "AWS"
              identifiers = ["c", "d"]
            }
            condition {
              test     = "T"
              variable = "v"
              values   = ["c"]
            }
            condition {
              test     = "T"
              variable = "v"
              values   = ["b", "a"]
            }
            condition {
              test     = "A"
              variable = "u"
              values   = ["x&{y}"]
            }
          }
          statement {
            principals {
              type        = "*"
              identifiers = ["*"]
            }
          }
        }
        data "aws_iam_policy_document" "again" {
          source_policy_documents = ["", data.aws_iam_policy_document.all.json]
        }
        data "aws_iam_policy_document" "foreign" {
          source_policy_documents = [jsonencode({
            Id        = "q"
            Version   = "2008-10-17"
            Statement = [{ Sid = "", Effect = "Allow", Action = ["c", "a"], Other = 1, Principal = "x", Condition = { Bool = { k = true, m = ["b"] } } }]
          })]
        }
        data "aws_iam_policy_document" "empty" {}
        data "aws_iam_policy_document" "open" {
          statement {
            actions   = ["s3:GetObject"]
            resources = [aws_sqs_queue.q.arn]
          }
        }
    "#;
    let shown = check_with(
        around,
        r#"
        again    = data.aws_iam_policy_document.again.minified_json == chomp(<<-EOT
          {"Version":"2012-10-17","Id":"p","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:\u003cb\u003e\u0026"],"Resource":"arn:aws:s3:::b/$${aws:username}/*","Principal":{"AWS":["d","c","b","a"]},"Condition":{"A":{"u":"x$${y}"},"T":{"v":["b","a","c"]}}},{"Effect":"Allow","Principal":"*"}]}
        EOT
        )
        all      = data.aws_iam_policy_document.all.minified_json == chomp(<<-EOT
          {"Version":"2012-10-17","Id":"p","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:\u003cb\u003e\u0026"],"Resource":"arn:aws:s3:::b/$${aws:username}/*","Principal":{"AWS":["a","b","d","c"]},"Condition":{"A":{"u":"x$${y}"},"T":{"v":["b","a","c"]}}},{"Effect":"Allow","Principal":"*"}]}
        EOT
        )
        foreign  = data.aws_iam_policy_document.foreign.json == chomp(<<-EOT
          {
            "Version": "2012-10-17",
            "Id": "q",
            "Statement": [
              {
                "Effect": "Allow",
                "Action": [
                  "c",
                  "a"
                ],
                "Principal": "*",
                "Condition": {
                  "Bool": {
                    "k": "true",
                    "m": "b"
                  }
                }
              }
            ]
          }
        EOT
        )
        empty    = data.aws_iam_policy_document.empty.json == "{\n  \"Version\": \"2012-10-17\"\n}"
        id       = jsondecode(data.aws_iam_policy_document.all.json).Id == "p"
        length   = length(data.aws_iam_policy_document.all.json) == 598
        contains = strcontains(data.aws_iam_policy_document.open.json, "s3:GetObject")
        start    = startswith(data.aws_iam_policy_document.open.json, "{\n  \"Version\": \"2012-10-17\"")
        "#,
    );
    assert_eq!(shown.lines().filter(|line| line.contains(" = true")).count(), 8, "{shown}");
}

#[test]
fn data_sources_that_only_compute_are_known() {
    let around = r#"
        provider "aws" {
          alias  = "iso"
          region = "us-iso-east-1"
        }
        provider "aws" {
          alias  = "eusc"
          region = "eusc-de-east-1"
        }
        data "aws_arn" "db" {
          arn = "arn:aws:rds:eu-west-1:123456789012:db:mysql-db"
        }
        data "aws_partition" "iso" {
          provider = aws.iso
        }
        data "aws_partition" "eusc" {
          provider = aws.eusc
        }
        data "aws_region" "iso" {
          provider = aws.iso
        }
        data "aws_region" "other" {
          endpoint = "ec2.eu-central-1.amazonaws.com"
        }
        data "aws_service_principal" "logs" {
          service_name = "logs"
          region       = "cn-north-1"
        }
        data "aws_service" "s3" {
          reverse_dns_name = "cn.com.amazonaws.cn-north-1.s3"
        }
        data "aws_service" "logs" {
          provider   = aws.iso
          service_id = "logs"
        }
    "#;
    let shown = check_with(
        around,
        r#"
        arn       = [for part in ["partition", "service", "region", "account", "resource"] : data.aws_arn.db[part]] == ["aws", "rds", "eu-west-1", "123456789012", "db:mysql-db"]
        dns       = data.aws_service.s3.dns_name == "s3.cn-north-1.amazonaws.com.cn"
        endpoint  = data.aws_region.iso.endpoint == "ec2.us-iso-east-1.c2s.ic.gov"
        eusc      = "${data.aws_partition.eusc.partition} ${data.aws_partition.eusc.dns_suffix}" == "aws-eusc amazonaws.eu"
        iso       = "${data.aws_partition.iso.partition} ${data.aws_partition.iso.reverse_dns_prefix}" == "aws-iso gov.ic.c2s"
        logs      = data.aws_service.logs.reverse_dns_name == "gov.ic.c2s.us-iso-east-1.logs"
        other     = data.aws_region.other.name == "eu-central-1"
        principal = data.aws_service_principal.logs.name == "logs.amazonaws.com.cn"
        "#,
    );
    assert_eq!(shown.lines().filter(|line| line.contains(" = true")).count(), 8, "{shown}");
}

#[test]
fn functions_of_a_provider_are_what_model_files_say() {
    let around = r#"
        terraform {
          required_providers {
            cloud = {
              source = "hashicorp/aws"
            }
            other = {
              source = "somebody/aws"
            }
          }
        }
        data "aws_caller_identity" "me" {}
        locals {
          built = provider::cloud::arn_build("aws", "sqs", "eu-west-1", data.aws_caller_identity.me.account_id, "q")
        }
    "#;
    let shown = check_with(
        around,
        r#"
        starts   = startswith(local.built, "arn:aws:sqs:eu-west-1:")
        trimmed  = provider::cloud::trim_iam_role_path("arn:aws:iam::444455556666:role/with/path/worker")
        no_role  = provider::cloud::trim_iam_role_path("arn:aws:iam::444455556666:user/worker")
        of_other = provider::other::arn_build("a", "b", "c", "d", "e")
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    no_role = ?(the function provider::cloud::trim_iam_role_path() is not supported)
    of_other = ?(the function provider::other::arn_build() is not supported)
    starts = true
    trimmed = "arn:aws:iam::444455556666:role/worker"
    "#);
}
