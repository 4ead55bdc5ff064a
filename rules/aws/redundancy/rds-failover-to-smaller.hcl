rule "rds-failover-to-smaller" {
  summary   = "Cluster may fail over to a smaller instance"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    After a failover the reader has to carry the writes as well. A smaller one does not, just when the load is at its worst. Every
    reader is a candidate unless its `promotion_tier` says otherwise.
  MD
  fix       = "Use one instance class for writer and candidates, and give reporting readers a `promotion_tier` of 2 to 15."
  notice    = "After a failover `CPUUtilization` of the new writer is at its limit."
  prove     = "Fail over with `aws:rds:failover-db-cluster` under a load test, and compare `CommitLatency` before and after."
  references = [
    "AWS Well-Architected REL11-BP05",
    "AWS Trusted Advisor Amazon RDS DB instances in the clusters with heterogeneous instance sizes",
    "Amazon Aurora: fault tolerance, promotion tiers",
  ]

  locals {
    order = [
      "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "9xlarge", "12xlarge", "16xlarge", "18xlarge",
      "24xlarge", "32xlarge", "48xlarge",
    ]
    sizes   = { for at, name in local.order : name => at }
    members = referrers(self, "member_of", "cluster_member")
    ranked = [
      for m in local.members : {
        node  = m
        class = m.instance_class
        size  = lookup(local.sizes, split(".", m.instance_class)[2], null)
        tier  = default(m.promotion_tier, 0)
      }
      if m.instance_class != "db.serverless"
    ]
    largest = max(0, [for r in local.ranked : default(r.size, 0)]...)
    smaller = [for r in local.ranked : r if r.tier < 2 && r.size != null && r.size < local.largest]
  }

  for_each = resources("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
  when     = length(local.smaller) > 0
  message  = "`${self}` may fail over to `${local.smaller[0].node}`, which is only a `${local.smaller[0].class}`"

  label "smaller than the largest" {
    at        = [for r in local.smaller : r.node]
    attribute = "instance_class"
  }

  fails "small reader" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.2xlarge"
    }

    resource "aws_rds_cluster_instance" "reader" {
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.large"
    }
  }

  passes "small reader for reports, the last to be promoted" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 2
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.2xlarge"
    }

    resource "aws_rds_cluster_instance" "reports" {
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.large"
      promotion_tier     = 15
    }
  }

  passes "serverless readers, which grow" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      for_each           = toset(["db.r6g.large", "db.serverless"])
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = each.key
    }
  }

  unknown "class is given by the caller" {
    variable "reader_class" { type = string }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      for_each           = { writer = "db.r6g.large", reader = var.reader_class }
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = each.value
    }
  }
}
