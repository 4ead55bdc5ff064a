rule "vpc-route-to-other-zone" {
  summary   = "Subnet leaves through a NAT gateway or firewall of another zone"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The subnet then depends on two zones instead of one: it loses its way out when either of them fails, and pays for each byte
    between them. Mostly an index or a key is off by one.
  MD
  fix       = "Route each subnet to the gateway of its own zone."
  notice    = "The other zone's failure shows here: connections out of healthy subnets time out."
  prove     = "Cut the gateway's zone off with `aws:network:disrupt-connectivity`, and connect outwards from this subnet."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor NAT Gateway AZ Independence",
    "AWS Trusted Advisor GWLB - endpoint AZ independence",
  ]

  locals {
    tables = linked(self, "routed_by")
    here   = zones(self)
    gateways = flatten([
      for t in local.tables : concat(
        linked(t, "routes_to", "aws_nat_gateway"),
        [for e in linked(t, "routes_to", "aws_vpc_endpoint") : e if e.vpc_endpoint_type == "GatewayLoadBalancer"],
      )
    ])
    far = [for g in local.gateways : g if g.availability_mode != "regional" && length(zones(g)) == 1 && !contains(local.here, zones(g)[0])]
    # Where a gateway carries the traffic of several zones, that is the finding: vpc-nat-gateway-shared-by-zones.
    shared = [
      for g in local.far : g
      if is(g, "aws_nat_gateway") && length(distinct(flatten([for t in referrers(g, "routes_to") : [for s in referrers(t, "routed_by", "subnet") : zones(s)]]))) > 1
    ]
  }

  for_each = resources("subnet")
  when     = length(local.far) > 0 && length(local.shared) == 0
  at       = "availability_zone"
  message  = "`${self}` leaves through `${local.far[0]}`, which stands in another zone"

  path = [self, local.tables[0], local.far[0]]

  label "this route table leads there" {
    at = local.tables
  }

  fails "crossed over" {
    resource "aws_subnet" "public" {
      count             = 2
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.${count.index}.0/24"
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_nat_gateway" "zone" {
      count     = 2
      subnet_id = aws_subnet.public[count.index].id
    }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.10.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.zone[1].id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }

  fails "firewall of another zone" {
    resource "aws_subnet" "inspection" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/28"
      availability_zone = "eu-west-1a"
    }

    resource "aws_vpc_endpoint" "inspection" {
      vpc_id            = "vpc-0a1b2c3d"
      service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d"
      vpc_endpoint_type = "GatewayLoadBalancer"
      subnet_ids        = [aws_subnet.inspection.id]
    }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.10.0/24"
      availability_zone = "eu-west-1b"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block      = "0.0.0.0/0"
        vpc_endpoint_id = aws_vpc_endpoint.inspection.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }

  passes "the gateway of its own zone" {
    resource "aws_subnet" "public" {
      count             = 2
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.${count.index}.0/24"
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_nat_gateway" "zone" {
      count     = 2
      subnet_id = aws_subnet.public[count.index].id
    }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.10.0/24"
      availability_zone = "eu-west-1b"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.zone[1].id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }

  passes "regional gateway" {
    resource "aws_nat_gateway" "main" {
      vpc_id            = "vpc-0a1b2c3d"
      availability_mode = "regional"
    }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.10.0/24"
      availability_zone = "eu-west-1b"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }

  unknown "zone of the gateway is given by the caller" {
    variable "zone" { type = string }

    resource "aws_subnet" "public" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = var.zone
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.public.id
    }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.10.0/24"
      availability_zone = "eu-west-1b"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }
}
