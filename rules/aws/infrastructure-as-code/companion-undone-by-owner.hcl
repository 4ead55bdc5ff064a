rule "companion-undone-by-owner" {
  summary     = "Rule, route or policy that the resource itself takes back"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration" # what exists shows the rules of companions in the resource as well
  since       = "2027.1"
  why         = <<-MD
    Where a resource lists its rules, routes or policies itself, the list is the whole: what a companion adds is removed by the next
    apply, and comes back with the one after. In between traffic is cut, or messages are refused.
  MD
  fix         = "Keep them all in one place: either in the resource, or each in a resource of its own."
  notice      = "Each plan removes and adds the same rule in turn, and traffic breaks between the applies."
  prove       = "Apply twice in a row, and test the connection after each."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform AWS provider: aws_security_group, aws_route_table, aws_iam_role"]

  locals {
    undone = default(undone(self), [])
  }

  for_each = resources("exclusive_owner")
  when     = length(local.undone) > 0
  message  = "`${self}` says by `${local.undone[0].argument}` what there is, and takes back `${local.undone[0].companion}`"

  label "is taken back" {
    at = [for u in local.undone : u.companion]
  }

  fails "security group with both" {
    resource "aws_security_group" "api" {
      name = "api"

      ingress {
        from_port   = 443
        to_port     = 443
        protocol    = "tcp"
        cidr_blocks = ["10.0.0.0/8"]
      }
    }

    resource "aws_vpc_security_group_ingress_rule" "lb" {
      security_group_id            = aws_security_group.api.id
      referenced_security_group_id = "sg-0123456789abcdef0"
      ip_protocol                  = "tcp"
      from_port                    = 8080
      to_port                      = 8080
    }
  }

  fails "route table with both" {
    resource "aws_route_table" "private" {
      vpc_id = "vpc-0123456789abcdef0"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = "nat-0123456789abcdef0"
      }
    }

    resource "aws_route" "office" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "192.168.0.0/16"
      transit_gateway_id     = "tgw-0123456789abcdef0"
    }
  }

  fails "queue with a policy inside and one beside it" {
    resource "aws_sqs_queue" "orders" {
      name   = "orders"
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }
  }

  fails "role that lists its policies, and an attachment" {
    resource "aws_iam_role" "worker" {
      name                = "worker"
      assume_role_policy  = jsonencode({ Statement = [] })
      managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
    }

    resource "aws_iam_role_policy_attachment" "queue" {
      role       = aws_iam_role.worker.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
    }
  }

  passes "the resource leaves its routes to others" {
    resource "aws_route_table" "private" {
      vpc_id = "vpc-0123456789abcdef0"

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = "nat-0123456789abcdef0"
      }

      lifecycle {
        ignore_changes = [route]
      }
    }

    resource "aws_route" "peer" {
      route_table_id            = aws_route_table.private.id
      destination_cidr_block    = "10.1.0.0/16"
      vpc_peering_connection_id = "pcx-0123456789abcdef0"
    }
  }

  passes "it leaves everything to others" {
    resource "aws_security_group" "api" {
      name = "api"

      ingress {
        from_port   = 443
        to_port     = 443
        protocol    = "tcp"
        cidr_blocks = ["10.0.0.0/8"]
      }

      lifecycle {
        ignore_changes = all
      }
    }

    resource "aws_vpc_security_group_ingress_rule" "lb" {
      security_group_id            = aws_security_group.api.id
      referenced_security_group_id = "sg-0123456789abcdef0"
      ip_protocol                  = "tcp"
      from_port                    = 8080
      to_port                      = 8080
    }
  }

  fails "it leaves something else to others" {
    resource "aws_sqs_queue" "orders" {
      name   = "orders"
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })

      lifecycle {
        ignore_changes = [tags["owner"]]
      }
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }] })
    }
  }

  passes "rules as resources" {
    resource "aws_security_group" "api" {
      name = "api"
    }

    resource "aws_vpc_security_group_ingress_rule" "lb" {
      security_group_id            = aws_security_group.api.id
      referenced_security_group_id = "sg-0123456789abcdef0"
      ip_protocol                  = "tcp"
      from_port                    = 8080
      to_port                      = 8080
    }
  }

  passes "egress inside, ingress beside" {
    resource "aws_security_group" "api" {
      name = "api"

      egress {
        from_port   = 0
        to_port     = 0
        protocol    = "-1"
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_security_group_rule" "lb" {
      type                     = "ingress"
      security_group_id        = aws_security_group.api.id
      source_security_group_id = "sg-0123456789abcdef0"
      protocol                 = "tcp"
      from_port                = 8080
      to_port                  = 8080
    }
  }

  passes "routes as resources" {
    resource "aws_route_table" "private" {
      vpc_id = "vpc-0123456789abcdef0"
    }

    resource "aws_route" "office" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "192.168.0.0/16"
      transit_gateway_id     = "tgw-0123456789abcdef0"
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

  unknown "routes inside are given by the caller" {
    variable "routes" { type = map(string) }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0123456789abcdef0"

      dynamic "route" {
        for_each = var.routes
        content {
          cidr_block         = route.key
          transit_gateway_id = route.value
        }
      }
    }

    resource "aws_route" "office" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "192.168.0.0/16"
      transit_gateway_id     = "tgw-0123456789abcdef0"
    }
  }
}
