rule "lambda-single-az" {
  summary   = "Lambda function is attached to one Availability Zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Lambda runs in every zone of the Region until a function is put into a network. With subnets of one zone its
    calls fail when that zone does.
  MD
  fix       = "List subnets of at least two zones in `vpc_config.subnet_ids`."
  notice    = "`Errors` rise with connection timeouts while one zone fails."
  prove     = "Cut off the function's subnet with `aws:network:disrupt-connectivity`, and invoke it."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config lambda-vpc-multi-az-check",
    "Security Hub Lambda.5",
    "AWS Trusted Advisor AWS Lambda VPC-enabled Functions without Multi-AZ Redundancy",
  ]

  for_each = resources("aws_lambda_function")
  when     = length(default(self.vpc_config[0].subnet_ids, [])) == 1 || length(zones(self)) == 1
  at       = "vpc_config.subnet_ids"
  message  = "`${self}` runs in one zone although Lambda would spread it"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "one subnet" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      vpc_config {
        subnet_ids         = [aws_subnet.a.id]
        security_group_ids = []
      }
    }
  }

  fails "one subnet, whichever it is" {
    variable "subnet_id" { type = string }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      vpc_config {
        subnet_ids         = [var.subnet_id]
        security_group_ids = []
      }
    }
  }

  passes "subnets in two zones" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      vpc_config {
        subnet_ids         = values(aws_subnet.private)[*].id
        security_group_ids = []
      }
    }
  }

  passes "no network of its own" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      vpc_config {
        subnet_ids         = var.subnet_ids
        security_group_ids = []
      }
    }
  }
}
