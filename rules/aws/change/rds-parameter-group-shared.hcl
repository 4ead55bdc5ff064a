rule "rds-parameter-group-shared" {
  summary   = "Databases of different purpose share one parameter group"
  principle = "change"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A parameter that one database needs is changed for all, at once or at their next restart, and nobody who plans the change sees the others.
  MD
  fix       = "Give each database a parameter group of its own; a database and its replicas may share one."
  notice    = "Several databases show `pending-reboot` after a change that was meant for one of them."
  prove     = "Change a parameter of the group in a test account, and list all instances whose parameter status changes."
  references = [
    "Amazon RDS User Guide: Overview of parameter groups",
    "AWS Well-Architected REL04-BP02",
  ]

  locals {
    users = [for u in referrers(self, "uses", "aws_db_instance") : u if !is_replica(u)]
    # Instances of one block are meant to be alike.
    blocks = distinct([for u in local.users : replace(address(u), "/\\[[^\\]]*\\]/", "")])
  }

  for_each = resources("aws_db_parameter_group")
  when     = length(local.blocks) > 1
  message  = "a change of `${self}` is a change of ${length(local.blocks)} databases: ${join(", ", sort(local.blocks))}"

  label "uses it" {
    at = local.users
  }

  fails "two databases" {
    resource "aws_db_parameter_group" "main" {
      name   = "main"
      family = "postgres17"
    }

    resource "aws_db_instance" "orders" {
      engine               = "postgres"
      parameter_group_name = aws_db_parameter_group.main.name
    }

    resource "aws_db_instance" "reports" {
      engine               = "postgres"
      parameter_group_name = aws_db_parameter_group.main.name
    }
  }

  passes "a database and its replica" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres17"
    }

    resource "aws_db_instance" "orders" {
      identifier           = "orders"
      engine               = "postgres"
      parameter_group_name = aws_db_parameter_group.orders.name
    }

    resource "aws_db_instance" "replica" {
      replicate_source_db  = aws_db_instance.orders.identifier
      parameter_group_name = aws_db_parameter_group.orders.name
    }
  }

  passes "databases that are meant to be alike" {
    resource "aws_db_parameter_group" "shards" {
      name   = "shards"
      family = "postgres17"
    }

    resource "aws_db_instance" "shard" {
      count                = 4
      identifier           = "shard-${count.index}"
      engine               = "postgres"
      parameter_group_name = aws_db_parameter_group.shards.name
    }
  }

  unknown "whether one is a replica is given by the caller" {
    variable "source_db" { type = string }

    resource "aws_db_parameter_group" "main" {
      name   = "main"
      family = "postgres17"
    }

    resource "aws_db_instance" "orders" {
      engine               = "postgres"
      parameter_group_name = aws_db_parameter_group.main.name
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db  = var.source_db
      parameter_group_name = aws_db_parameter_group.main.name
    }
  }
}
