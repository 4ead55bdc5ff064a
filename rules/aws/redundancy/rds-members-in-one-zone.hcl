rule "rds-members-in-one-zone" {
  summary   = "All instances of a cluster are pinned to one zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    The readers are there to take over, and they go down with the zone of the writer. Left alone, AWS spreads the instances over the
    zones of the subnet group.
  MD
  fix       = "Remove `availability_zone` from the instances, or give each one another zone."
  notice    = "`DatabaseConnections` of all instances fall to 0 with one zone."
  prove     = "Cut the zone's subnet off with `aws:network:disrupt-connectivity`, and connect to the cluster endpoint."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Amazon RDS DB clusters with all instances in the same Availability Zone",
    "AWS Trusted Advisor Amazon DocumentDB Single AZ Clusters",
  ]

  locals {
    members = referrers(self, "member_of", "cluster_member")
    pinned  = [for m in local.members : m.availability_zone if m.availability_zone != null]
  }

  for_each = resources("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
  when     = length(local.members) > 1 && length(local.pinned) == length(local.members) && length(distinct(local.pinned)) == 1
  message  = "all ${length(local.members)} instances of `${self}` stand in the same zone"

  label "pinned there" {
    at        = local.members
    attribute = "availability_zone"
  }

  fails "writer and reader side by side" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 2
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.large"
      availability_zone  = "eu-west-1a"
    }
  }

  passes "a zone for each" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier = "profiles"
    }

    resource "aws_docdb_cluster_instance" "node" {
      for_each           = toset(["eu-west-1a", "eu-west-1b"])
      cluster_identifier = aws_docdb_cluster.profiles.id
      instance_class     = "db.r6g.large"
      availability_zone  = each.key
    }
  }

  passes "left to AWS" {
    resource "aws_neptune_cluster" "graph" {
      cluster_identifier = "graph"
    }

    resource "aws_neptune_cluster_instance" "node" {
      count              = 2
      cluster_identifier = aws_neptune_cluster.graph.id
      instance_class     = "db.r6g.large"
    }
  }

  unknown "zones are given by the caller" {
    variable "zones" { type = list(string) }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 2
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = aws_rds_cluster.orders.engine
      instance_class     = "db.r6g.large"
      availability_zone  = var.zones[count.index]
    }
  }
}
