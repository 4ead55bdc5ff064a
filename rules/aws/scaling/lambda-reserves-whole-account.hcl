rule "lambda-reserves-whole-account" {
  summary   = "Functions reserve more concurrency than the account has"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    What a function reserves is taken from the account's concurrency in the Region, and 100 must be left for all functions that reserve none.
    A reservation beyond that is refused in the middle of an apply, or leaves the others hardly any runs.
  MD
  fix       = "Reserve less, or raise the quota and say so by the parameter `account_concurrency`."
  notice    = "The apply stops with `decreases account's UnreservedConcurrentExecution below its minimum value`; other functions have `Throttles`."
  prove     = "Compare the sum of reservations with `aws lambda get-account-settings`."
  references = [
    "AWS Well-Architected REL01-BP01",
    "AWS Lambda Developer Guide: Configuring reserved concurrency for a function",
  ]

  param "account_concurrency" {
    default = 1000
    doc     = "Concurrent runs that the account may have in a Region. 1000 is the default quota."
  }

  locals {
    # Those that take from the same quota.
    reserving = [for f in reserving_functions(self) : f if region(f) == region(self) && account(f) == account(self)]
    total     = sum(concat([0], [for f in local.reserving : f.reserved_concurrent_executions]))
  }

  # One finding for all of them. Where all functions together leave room, it does not matter who is in which account.
  for_each = resources("aws_lambda_function")
  unless   = default(self.reserved_concurrent_executions, -1) <= 0
  when     = reserved_in_all(self) > param.account_concurrency - 100 && local.reserving[0] == self && local.total > param.account_concurrency - 100
  at       = "reserved_concurrent_executions"
  message  = "${length(local.reserving)} functions reserve ${local.total} runs, and an account has ${param.account_concurrency}, of which 100 cannot be reserved"

  label "reserves a part" {
    at        = local.reserving
    attribute = "reserved_concurrent_executions"
  }

  fails "three functions" {
    resource "aws_lambda_function" "shop" {
      for_each                       = toset(["bill", "pack", "ship"])
      function_name                  = each.key
      reserved_concurrent_executions = 400
    }
  }

  passes "room is left" {
    resource "aws_lambda_function" "shop" {
      for_each                       = toset(["bill", "pack", "ship"])
      function_name                  = each.key
      reserved_concurrent_executions = 100
    }
  }

  passes "two Regions, each with a quota of its own" {
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "away"
      region = "eu-central-1"
    }

    resource "aws_lambda_function" "bill" {
      function_name                  = "bill"
      reserved_concurrent_executions = 600
    }

    resource "aws_lambda_function" "away" {
      provider                       = aws.away
      function_name                  = "bill"
      reserved_concurrent_executions = 600
    }
  }

  passes "two accounts" {

    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "data"
      region = "eu-west-1"

      assume_role {
        role_arn = "arn:aws:iam::444455556666:role/deploy"
      }
    }

    resource "aws_lambda_function" "bill" {
      function_name                  = "bill"
      reserved_concurrent_executions = 600
    }

    resource "aws_lambda_function" "data" {
      provider                       = aws.data
      function_name                  = "bill"
      reserved_concurrent_executions = 600
    }
  }

  passes "room is left whatever account it is" {
    variable "account" { type = string }

    provider "aws" {
      assume_role {
        role_arn = "arn:aws:iam::${var.account}:role/deploy"
      }
    }

    resource "aws_lambda_function" "shop" {
      for_each                       = toset(["bill", "pack"])
      function_name                  = each.key
      reserved_concurrent_executions = 50
    }
  }

  passes "no function reserves any" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }
  }

  unknown "the caller says how many" {
    variable "reserved" { type = number }

    resource "aws_lambda_function" "bill" {
      function_name                  = "bill"
      reserved_concurrent_executions = 800
    }

    resource "aws_lambda_function" "pack" {
      function_name                  = "pack"
      reserved_concurrent_executions = var.reserved
    }
  }

  unknown "an account that the caller names" {
    variable "account" { type = string }
    variable "region" { type = string }

    provider "aws" {
      region = var.region

      assume_role {
        role_arn = "arn:aws:iam::${var.account}:role/deploy"
      }
    }

    resource "aws_lambda_function" "shop" {
      for_each                       = toset(["bill", "pack"])
      function_name                  = each.key
      reserved_concurrent_executions = 600
    }
  }
}
