rule "vpc-nat-instance" {
  summary   = "Outbound traffic goes through one machine"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The route names the machine. When it is lost or restarted, everything behind it is cut off from the internet until somebody or a
    script has changed the route, and its size limits the traffic of all.
  MD
  fix       = "Use a NAT gateway in each zone, or one regional gateway (`availability_mode = \"regional\"`)."
  notice    = "`StatusCheckFailed` of the instance is 1, and nothing reaches the internet."
  prove     = "Stop it with `aws:ec2:stop-instances`, and connect outwards."
  references = [
    "AWS Well-Architected REL10-BP01",
    "Amazon VPC User Guide: compare NAT gateways and NAT instances",
    "checkov CKV2_AWS_35",
  ]

  locals {
    interfaces = concat([self], refs(self.network_interface, "aws_network_interface"), refs(self.primary_network_interface, "aws_network_interface"))
    tables     = distinct(flatten([for i in local.interfaces : referrers(i, "routes_to", "aws_route_table", "aws_default_route_table", "vpc")]))
    subnets    = flatten([for t in local.tables : referrers(t, "routed_by", "subnet")])
  }

  for_each = resources("aws_instance")
  when     = length(local.tables) > 0
  message  = "everything that leaves through `${local.tables[0]}` depends on the one machine `${self}`"

  label "leads to the machine" {
    at = local.tables
  }

  label "is cut off with it" {
    at = local.subnets
  }

  fails "route to its interface" {
    resource "aws_instance" "nat" {
      ami               = "ami-0a1b2c3d"
      instance_type     = "t4g.nano"
      source_dest_check = false
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_route" "out" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "0.0.0.0/0"
      network_interface_id   = aws_instance.nat.primary_network_interface_id
    }
  }

  fails "route to an interface that it was given" {
    resource "aws_network_interface" "nat" {
      subnet_id         = "subnet-0a1b2c3d"
      source_dest_check = false
    }

    resource "aws_instance" "nat" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t4g.nano"

      network_interface {
        device_index         = 0
        network_interface_id = aws_network_interface.nat.id
      }
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block           = "0.0.0.0/0"
        network_interface_id = aws_network_interface.nat.id
      }
    }
  }

  passes "NAT gateway" {
    resource "aws_nat_gateway" "main" {
      subnet_id = "subnet-0a1b2c3d"
    }

    resource "aws_instance" "web" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }
  }

  unknown "whether there is a route is decided by a variable" {
    variable "nat_instance" { type = bool }

    resource "aws_instance" "nat" {
      ami               = "ami-0a1b2c3d"
      instance_type     = "t4g.nano"
      source_dest_check = false
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_route" "out" {
      count                  = var.nat_instance ? 1 : 0
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "0.0.0.0/0"
      network_interface_id   = aws_instance.nat.primary_network_interface_id
    }
  }
}
