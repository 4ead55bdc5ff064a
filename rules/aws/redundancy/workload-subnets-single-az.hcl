rule "workload-subnets-single-az" {
  summary    = "Managed service is tied to subnets of one Availability Zone"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    AWS runs the service in several zones, but it reaches the network only through the subnets it is given. With subnets of one
    zone it stops with that zone.
  MD
  fix        = "Give it subnets of at least two zones."
  notice     = "The service's own health metrics end with one zone."
  prove      = "Cut the subnet off with `aws:network:disrupt-connectivity`, and use the service."
  references = ["AWS Well-Architected REL10-BP01"]

  locals {
    subnets = default(
      self.subnets, self.subnet_ids, self.vpc_subnet_ids, self.vpc_config[0].subnet_ids, self.endpoint_details[0].subnet_ids,
      self.kafka_cluster[0].apache_kafka_cluster[0].vpc[0].subnets, [],
    )
  }

  for_each = resources(
    "aws_db_proxy", "aws_apprunner_vpc_connector", "aws_apigatewayv2_vpc_link", "aws_transfer_server", "aws_mskconnect_connector",
    "aws_msk_serverless_cluster", "aws_elasticache_serverless_cache", "aws_docdbelastic_cluster",
  )
  when    = length(local.subnets) == 1 || length(zones(self)) == 1
  at      = "subnet_ids"
  message = "`${self}` stops with the one zone of its subnets"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "VPC link with one subnet" {
    resource "aws_subnet" "a" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_apigatewayv2_vpc_link" "backend" {
      name               = "backend"
      security_group_ids = []
      subnet_ids         = [aws_subnet.a.id]
    }
  }

  fails "Transfer endpoint in one zone" {
    resource "aws_subnet" "private" {
      count             = 2
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.${count.index}.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_transfer_server" "partners" {
      endpoint_type = "VPC"

      endpoint_details {
        vpc_id     = "vpc-0a1b2c3d"
        subnet_ids = aws_subnet.private[*].id
      }
    }
  }

  passes "subnets in two zones" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_apprunner_vpc_connector" "backend" {
      vpc_connector_name = "backend"
      security_groups    = []
      subnets            = [for s in aws_subnet.private : s.id]
    }
  }

  passes "no network of its own" {
    resource "aws_transfer_server" "partners" {
      endpoint_type = "PUBLIC"
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_db_proxy" "orders" {
      name           = "orders"
      engine_family  = "POSTGRESQL"
      role_arn       = "arn:aws:iam::111122223333:role/proxy"
      vpc_subnet_ids = var.subnet_ids
    }
  }
}
