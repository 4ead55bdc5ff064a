rule "rds-aurora-single-instance" {
  summary      = "Aurora cluster has a single instance"
  principle    = "single-point-of-failure"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["aurora-single-instance"]
  why          = <<-MD
    The storage survives a zone, the one instance does not. Aurora then builds a new writer, which takes minutes,
    instead of promoting a reader, which takes seconds.
  MD
  fix          = "Add a second `aws_rds_cluster_instance`, or scale readers with a minimum of one."
  notice       = "`EngineUptime` falls to 0, and no reader takes over."
  prove        = "Fail over with `aws:rds:failover-db-cluster`: with one instance there is nowhere to go."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config rds-cluster-multi-az-enabled",
    "Security Hub RDS.15",
    "AWS Trusted Advisor Amazon RDS DB clusters have one DB instance",
    "AWS Trusted Advisor RDS DB Cluster has no Multi-AZ replication enabled",
  ]

  locals {
    members = referrers(self, "member_of", "aws_rds_cluster_instance")
    readers = max(0, [for t in referrers(self, "scales", "aws_appautoscaling_target") : t.min_capacity]...)
    aurora  = self.engine != null && startswith(self.engine, "aurora")
  }

  # Without any member here, instances are made elsewhere or left out on purpose (a headless secondary).
  for_each = resources("aws_rds_cluster")
  unless   = !local.aurora || self.engine_mode == "serverless" || length(local.members) == 0
  when     = length(local.members) + local.readers < 2
  message  = "`${self}` has one instance: nothing is promoted when it fails"

  label "its only instance" {
    at = local.members
  }

  fails "writer alone" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
    }
  }

  fails "serverless v2 with one instance" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
      engine_mode        = "provisioned"

      serverlessv2_scaling_configuration {
        min_capacity = 0.5
        max_capacity = 8
      }
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 1
      cluster_identifier = aws_rds_cluster.orders.cluster_identifier
      instance_class     = "db.serverless"
    }
  }

  passes "writer and reader" {
    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 2
      cluster_identifier = aws_rds_cluster.orders.id
    }
  }

  passes "two resources" {
    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier = aws_rds_cluster.orders.id
    }

    resource "aws_rds_cluster_instance" "reader" {
      for_each           = toset(["b"])
      cluster_identifier = aws_rds_cluster.orders.id
    }
  }

  passes "serverless v1 has no instances" {
    resource "aws_rds_cluster" "orders" {
      engine      = "aurora-mysql"
      engine_mode = "serverless"
    }
  }

  passes "Multi-AZ DB cluster, which brings three" {
    resource "aws_rds_cluster" "orders" {
      engine                    = "postgres"
      db_cluster_instance_class = "db.m6gd.large"
    }
  }

  unknown "number of instances is given by the caller" {
    variable "instances" { type = number }

    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = var.instances
      cluster_identifier = aws_rds_cluster.orders.id
    }
  }
}
