rule "datastore-open-to-everybody" {
  summary     = "Security group of a store lets every address in"
  principle   = "data-boundaries"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Whatever runs in the network, or in one that is connected to it, can be a client of the store, and once a route or a public address is added the
    internet can. Who depends on it cannot be seen any more.
  MD
  fix         = "Let in the security groups of the store's clients instead of `0.0.0.0/0`."
  notice      = "Flow logs show accepted connections on the store's port from addresses that are not yours."
  prove       = "Connect from a machine outside of the network: the handshake succeeds."
  references = [
    "AWS Well-Architected SEC05-BP02",
    "AWS Well-Architected REL04-BP02",
  ]

  locals {
    open = [for g in guards(self) : g if lets_everybody_in(g)]
    # Worse: datastore-publicly-accessible.
    public = is(self, "aws_db_instance", "aws_redshift_cluster") && self.publicly_accessible == true
  }

  for_each = resources("guards")
  unless   = local.public
  when     = length(local.open) > 0
  at       = "vpc_security_group_ids"
  message  = "`${local.open[0]}` lets every address in to `${self}`"

  label "lets every address in" {
    at        = local.open
    attribute = "ingress"
  }

  fails "inside of the group" {
    resource "aws_security_group" "database" {
      name = "database"

      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  fails "a rule of its own" {
    resource "aws_security_group" "cache" {
      name = "cache"
    }

    resource "aws_vpc_security_group_ingress_rule" "cache" {
      security_group_id = aws_security_group.cache.id
      ip_protocol       = "tcp"
      from_port         = 6379
      to_port           = 6379
      cidr_ipv4         = "0.0.0.0/0"
    }

    resource "aws_elasticache_replication_group" "carts" {
      replication_group_id = "carts"
      description          = "Carts"
      security_group_ids   = [aws_security_group.cache.id]
    }
  }

  fails "in two halves" {
    resource "aws_security_group" "database" {
      name = "database"

      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
      }
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  fails "in two halves by two rules" {
    resource "aws_security_group" "database" {
      name = "database"
    }

    resource "aws_vpc_security_group_ingress_rule" "database" {
      for_each          = toset(["0.0.0.0/1", "128.0.0.0/1"])
      security_group_id = aws_security_group.database.id
      ip_protocol       = "tcp"
      from_port         = 5432
      to_port           = 5432
      cidr_ipv4         = each.key
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  passes "its clients" {
    resource "aws_security_group" "api" {
      name = "api"

      egress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
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

    resource "aws_security_group_rule" "out" {
      type              = "egress"
      security_group_id = aws_security_group.database.id
      protocol          = "-1"
      from_port         = 0
      to_port           = 0
      cidr_blocks       = ["0.0.0.0/0"]
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  passes "addresses of the network" {
    resource "aws_security_group" "database" {
      name = "database"

      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = ["10.0.0.0/16"]
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine                 = "aurora-postgresql"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  passes "one half, which is a mistake of another kind" {
    resource "aws_security_group" "database" {
      name = "database"

      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = ["0.0.0.0/1"]
      }
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }

  unknown "decided by a variable without default" {
    variable "client_cidr" { type = string }

    resource "aws_security_group" "database" {
      name = "database"

      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = [var.client_cidr]
      }
    }

    resource "aws_db_instance" "orders" {
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.database.id]
    }
  }
}
