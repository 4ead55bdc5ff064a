rule "vpc-flow-log-of-accepted-traffic" {
  summary   = "Flow log leaves out what was refused"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A flow log is asked when something cannot be reached. What security groups and network ACLs refuse is exactly what this one
    does not record.
  MD
  fix       = "Set `traffic_type = \"ALL\"`, or `\"REJECT\"` where volume is a matter of cost."
  notice    = "A connection times out, and the flow log has no REJECT for it."
  prove     = "Block a port in a test subnet, connect to it, and look for the refusal."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Security Hub EC2.6",
  ]

  locals {
    beside = [
      for f in flatten([for s in linked(self, "configures") : referrers(s, "configures", "aws_flow_log")]) : f
      if default(f.traffic_type, "ALL") != "ACCEPT"
    ]
  }

  for_each = resources("aws_flow_log")
  unless   = length(local.beside) > 0
  when     = self.traffic_type == "ACCEPT"
  at       = "traffic_type"
  message  = "`${self}` records nothing of the connections that are refused"

  edit "traffic_type" {
    to = "ALL"
  }

  fails "accepted only" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "main" {
      vpc_id               = aws_vpc.main.id
      traffic_type         = "ACCEPT"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  passes "all traffic" {
    resource "aws_flow_log" "main" {
      vpc_id               = "vpc-0123456789abcdef0"
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  passes "another flow log records the rest" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "accepted" {
      vpc_id               = aws_vpc.main.id
      traffic_type         = "ACCEPT"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }

    resource "aws_flow_log" "rejected" {
      vpc_id          = aws_vpc.main.id
      traffic_type    = "REJECT"
      log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:/vpc/rejected"
      iam_role_arn    = "arn:aws:iam::111122223333:role/flow-logs"
    }
  }

  unknown "given by the caller" {
    variable "traffic_type" { type = string }

    resource "aws_flow_log" "main" {
      vpc_id               = "vpc-0123456789abcdef0"
      traffic_type         = var.traffic_type
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }
}
