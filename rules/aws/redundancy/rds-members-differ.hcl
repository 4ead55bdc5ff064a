rule "rds-members-differ" {
  summary   = "Instances of a cluster differ in what a failover exposes"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A failover makes a reader the writer. With other parameters or another reachability the application meets another database than
    the one it was tested with, in the middle of an incident.
  MD
  fix       = "Give all instances that may be promoted the same `db_parameter_group_name` and `publicly_accessible`."
  notice    = "After a failover an instance answers that is reachable from elsewhere, or that nobody monitors."
  prove     = "Fail over with `aws:rds:failover-db-cluster`, and check access and monitoring of the new writer."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Trusted Advisor Amazon Aurora DB Instance Accessibility",
    "AWS Trusted Advisor Amazon RDS DB instances in the clusters with heterogeneous parameter groups",
  ]

  locals {
    members    = [for m in referrers(self, "member_of", "aws_rds_cluster_instance") : m if default(m.promotion_tier, 0) < 2]
    parameters = distinct([for m in local.members : default(m.db_parameter_group_name, "default")])
    public     = distinct([for m in local.members : default(m.publicly_accessible, false)])
  }

  for_each = resources("aws_rds_cluster")

  defect "reachability" {
    when    = length(local.public) > 1
    message = "a failover of `${self}` changes whether its writer can be reached from the internet"

    label "compare" {
      at        = local.members
      attribute = "publicly_accessible"
    }
  }

  defect "parameters" {
    when    = length(local.parameters) > 1
    message = "a failover of `${self}` changes the parameters of its writer"

    label "compare" {
      at        = local.members
      attribute = "db_parameter_group_name"
    }
  }

  fails "one is public" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
    }

    resource "aws_rds_cluster_instance" "node" {
      for_each            = { writer = false, reader = true }
      cluster_identifier  = aws_rds_cluster.orders.id
      engine              = aws_rds_cluster.orders.engine
      instance_class      = "db.r6g.large"
      publicly_accessible = each.value
    }
  }

  fails "parameters of one only" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier      = aws_rds_cluster.orders.id
      engine                  = aws_rds_cluster.orders.engine
      instance_class          = "db.r6g.large"
      db_parameter_group_name = "orders"
    }

    resource "aws_rds_cluster_instance" "reader" {
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.large"
    }
  }

  passes "all alike" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count                   = 2
      cluster_identifier      = aws_rds_cluster.orders.id
      engine                  = aws_rds_cluster.orders.engine
      instance_class          = "db.r6g.large"
      db_parameter_group_name = "orders"
    }
  }

  passes "reader for reports, which is not promoted" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier      = aws_rds_cluster.orders.id
      engine                  = aws_rds_cluster.orders.engine
      instance_class          = "db.r6g.large"
      db_parameter_group_name = "orders"
    }

    resource "aws_rds_cluster_instance" "reports" {
      cluster_identifier      = aws_rds_cluster.orders.id
      engine                  = aws_rds_cluster.orders.engine
      instance_class          = "db.r6g.large"
      db_parameter_group_name = "reports"
      promotion_tier          = 15
    }
  }

  unknown "reachability is given by the caller" {
    variable "public" { type = bool }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
    }

    resource "aws_rds_cluster_instance" "node" {
      for_each            = { writer = false, reader = var.public }
      cluster_identifier  = aws_rds_cluster.orders.id
      engine              = aws_rds_cluster.orders.engine
      instance_class      = "db.r6g.large"
      publicly_accessible = each.value
    }
  }
}
