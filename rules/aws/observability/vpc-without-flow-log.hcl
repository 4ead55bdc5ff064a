rule "vpc-without-flow-log" {
  summary   = "VPC without a flow log"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Who could not reach whom, and since when, is the first question of most network incidents. Only a flow log that ran at the time
    answers it.
  MD
  fix       = "Add an `aws_flow_log` with `traffic_type = \"ALL\"` for the VPC, to a bucket or a log group."
  notice    = "Connections time out, and nothing says which rule refused them."
  prove     = "Block a port in a test network, and find the refused packets."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config vpc-flow-logs-enabled",
    "Security Hub EC2.6",
    "AWS Trusted Advisor Amazon VPC Without Flow Logs",
    "checkov CKV2_AWS_11",
    "trivy AWS-0178, aws-ec2-require-vpc-flow-logs-for-all-vpcs",
  ]

  locals {
    subnets = referrers(self, "in_network", "subnet")
    logs = flatten([
      referrers(self, "configures", "aws_flow_log"),
      [for s in local.subnets : referrers(s, "configures", "aws_flow_log")],
    ])
  }

  for_each = resources("aws_vpc")
  when     = length(local.logs) == 0
  message  = "nothing records the traffic in `${self}`"

  fails "no flow log" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }
  }

  fails "the flow log is of another VPC" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "batch" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_flow_log" "batch" {
      vpc_id               = aws_vpc.batch.id
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  passes "flow log of the VPC" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "main" {
      vpc_id               = aws_vpc.main.id
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  passes "flow logs of its subnets" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_flow_log" "private" {
      subnet_id            = aws_subnet.private.id
      traffic_type         = "REJECT"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  unknown "whether there is one is given by the caller" {
    variable "flow_logs" { type = bool }

    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "main" {
      count                = var.flow_logs ? 1 : 0
      vpc_id               = aws_vpc.main.id
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }
}
