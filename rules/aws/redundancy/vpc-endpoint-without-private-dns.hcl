rule "vpc-endpoint-without-private-dns" {
  summary   = "Interface endpoint has no private name, so clients pass it by"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Clients call AWS by the public name of the service. Without private DNS that name leads out through NAT as before: the endpoint
    costs, and the way it was to replace is still the only one in use.
  MD
  fix       = "Set `private_dns_enabled = true`, or point a record of a private zone at the endpoint."
  notice    = "`BytesProcessed` of the endpoint stays at 0 while the NAT gateway carries the traffic."
  prove     = "Resolve the service's name from inside: the answer is a public address."
  references = [
    "AWS Well-Architected REL02-BP02",
    "AWS PrivateLink: access AWS services, enable private DNS names",
    "kics e9b7acf9",
  ]

  locals {
    service = self.service_name
    # These are often meant to be called by the name of the endpoint, beside the public one.
    beside = length(regexall("[.](s3|s3express|dynamodb|execute-api|s3-outposts)$", local.service)) > 0
    named  = length(referrers(self, "refers", "aws_route53_record")) > 0
    shared = length(referrers(self, "refers", "aws_route53profiles_resource_association")) > 0
  }

  for_each = resources("aws_vpc_endpoint")
  unless = (
    self.vpc_endpoint_type != "Interface" || !startswith(local.service, "com.amazonaws.") || strcontains(local.service, ".vpce-svc-")
    || local.beside || local.named || local.shared
  )
  when    = self.private_dns_enabled != true
  at      = "private_dns_enabled"
  message = "nothing that calls `${self.service_name}` by its usual name comes by `${self}`"

  edit "private_dns_enabled" {
    to = true
  }

  fails "left out" {
    resource "aws_vpc_endpoint" "queues" {
      vpc_id            = "vpc-0a1b2c3d"
      service_name      = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type = "Interface"
      subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  passes "private DNS" {
    resource "aws_vpc_endpoint" "queues" {
      vpc_id              = "vpc-0a1b2c3d"
      service_name        = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type   = "Interface"
      subnet_ids          = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      private_dns_enabled = true
    }
  }

  passes "a private zone of its own, shared by networks" {
    resource "aws_vpc_endpoint" "queues" {
      vpc_id            = "vpc-0a1b2c3d"
      service_name      = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type = "Interface"
      subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_route53_record" "queues" {
      zone_id = "Z0123456789ABC"
      name    = "sqs.eu-west-1.amazonaws.com"
      type    = "A"

      alias {
        name                   = aws_vpc_endpoint.queues.dns_entry[0].dns_name
        zone_id                = aws_vpc_endpoint.queues.dns_entry[0].hosted_zone_id
        evaluate_target_health = false
      }
    }
  }

  passes "gateway endpoint" {
    resource "aws_vpc_endpoint" "objects" {
      vpc_id       = "vpc-0a1b2c3d"
      service_name = "com.amazonaws.eu-west-1.s3"
    }
  }

  passes "service of a partner" {
    resource "aws_vpc_endpoint" "partner" {
      vpc_id            = "vpc-0a1b2c3d"
      service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d"
      vpc_endpoint_type = "Interface"
      subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  unknown "decided by a variable without default" {
    variable "private_dns" { type = bool }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id              = "vpc-0a1b2c3d"
      service_name        = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type   = "Interface"
      subnet_ids          = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      private_dns_enabled = var.private_dns
    }
  }
}
