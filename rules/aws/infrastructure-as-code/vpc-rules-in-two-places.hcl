rule "vpc-rules-in-two-places" {
  summary     = "Rules of a security group or routes of a table stand inside and outside of it"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration"
  since       = "0.1.0"
  why         = <<-MD
    The blocks inside are all that Terraform allows: each apply that touches the group or table removes what the separate resources have added, and
    the next one adds it again. In between, connections are refused.
  MD
  fix         = "Move the blocks out into resources of their own, or the resources in; keep one way for each group and table."
  references = [
    "Terraform AWS provider: aws_security_group_rule, aws_route (in-line rules in conjunction)",
    "AWS Well-Architected REL08-BP05",
  ]

  locals {
    rules = referrers(self, "configures", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
    # Inside and outside may be divided by direction.
    ingress = length(default(self.ingress, [])) == 0 ? [] : [
      for r in local.rules : r if is(r, "aws_vpc_security_group_ingress_rule") || is(r, "aws_security_group_rule") && r.type == "ingress"
    ]
    egress = length(default(self.egress, [])) == 0 ? [] : [
      for r in local.rules : r if is(r, "aws_vpc_security_group_egress_rule") || is(r, "aws_security_group_rule") && r.type == "egress"
    ]
    routes = length(default(self.route, [])) == 0 ? [] : referrers(self, "configures", "aws_route")
  }

  for_each = resources("aws_security_group", "aws_route_table")

  defect "ingress" {
    when    = length(local.ingress) > 0
    at      = "ingress"
    message = "an apply of `${self}` removes `${local.ingress[0]}`, and the next one makes it again"

    label "stands outside" {
      at = local.ingress
    }
  }

  defect "egress" {
    when    = length(local.egress) > 0
    at      = "egress"
    message = "an apply of `${self}` removes `${local.egress[0]}`, and the next one makes it again"

    label "stands outside" {
      at = local.egress
    }
  }

  defect "route" {
    when    = length(local.routes) > 0
    at      = "route"
    message = "an apply of `${self}` removes `${local.routes[0]}`, and the next one makes it again"

    label "stands outside" {
      at = local.routes
    }
  }

  fails "ingress inside and outside" {
    resource "aws_security_group" "api" {
      name = "api"

      ingress {
        protocol    = "tcp"
        from_port   = 443
        to_port     = 443
        cidr_blocks = ["10.0.0.0/16"]
      }
    }

    resource "aws_security_group_rule" "metrics" {
      type              = "ingress"
      security_group_id = aws_security_group.api.id
      protocol          = "tcp"
      from_port         = 9090
      to_port           = 9090
      cidr_blocks       = ["10.0.9.0/24"]
    }
  }

  fails "routes inside and outside" {
    resource "aws_route_table" "private" {
      vpc_id = "vpc-1"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = "nat-1"
      }
    }

    resource "aws_route" "office" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "10.8.0.0/16"
      transit_gateway_id     = "tgw-1"
    }
  }

  passes "all outside" {
    resource "aws_security_group" "api" {
      name = "api"
    }

    resource "aws_vpc_security_group_ingress_rule" "https" {
      security_group_id = aws_security_group.api.id
      ip_protocol       = "tcp"
      from_port         = 443
      to_port           = 443
      cidr_ipv4         = "10.0.0.0/16"
    }
  }

  passes "divided by direction" {
    resource "aws_security_group" "api" {
      name = "api"

      egress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_security_group_rule" "https" {
      type              = "ingress"
      security_group_id = aws_security_group.api.id
      protocol          = "tcp"
      from_port         = 443
      to_port           = 443
      cidr_blocks       = ["10.0.0.0/16"]
    }
  }

  passes "the group is named as the source of another" {
    resource "aws_security_group" "api" {
      name = "api"

      ingress {
        protocol    = "tcp"
        from_port   = 443
        to_port     = 443
        cidr_blocks = ["10.0.0.0/16"]
      }
    }

    resource "aws_security_group" "database" {
      name = "database"
    }

    resource "aws_security_group_rule" "database" {
      type                     = "ingress"
      security_group_id        = aws_security_group.database.id
      source_security_group_id = aws_security_group.api.id
      protocol                 = "tcp"
      from_port                = 5432
      to_port                  = 5432
    }
  }

  unknown "which group is given by the caller" {
    variable "group" { type = string }

    resource "aws_security_group" "api" {
      name = "api"

      ingress {
        protocol    = "tcp"
        from_port   = 443
        to_port     = 443
        cidr_blocks = ["10.0.0.0/16"]
      }
    }

    resource "aws_vpc_security_group_ingress_rule" "metrics" {
      security_group_id = var.group
      ip_protocol       = "tcp"
      from_port         = 9090
      to_port           = 9090
      cidr_ipv4         = "10.0.9.0/24"
    }
  }
}
