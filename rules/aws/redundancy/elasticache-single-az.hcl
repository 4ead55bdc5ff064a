rule "elasticache-single-az" {
  summary    = "ElastiCache replication group is not spread over zones"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Replicas may stand in the primary's zone unless Multi-AZ is on. Failover then has nothing left to fail over to.
  MD
  fix        = "Set `multi_az_enabled = true` beside `automatic_failover_enabled`."
  notice     = "`CurrConnections` falls to 0 with one zone."
  prove      = "Interrupt the zone with `aws:elasticache:replicationgroup-interrupt-az-power`, and see whether a replica takes over."
  references = ["AWS Well-Architected REL10-BP01", "AWS Trusted Advisor Amazon ElastiCache Multi-AZ clusters"]

  locals {
    secondary = length(refs(self.global_replication_group_id)) > 0 || default(self.global_replication_group_id, "") != ""
    failover  = self.automatic_failover_enabled == true
    placed    = length(distinct(default(self.preferred_cache_cluster_azs, []))) > 1
    pinned    = length(default(self.preferred_cache_cluster_azs, [])) > 0 && length(distinct(default(self.preferred_cache_cluster_azs, []))) == 1
  }

  # Without failover there is a worse defect: elasticache-without-failover.
  for_each = resources("aws_elasticache_replication_group")
  unless   = !local.failover || local.placed || local.secondary

  defect "off" {
    when    = self.multi_az_enabled != true
    at      = "multi_az_enabled"
    message = "the nodes of `${self}` may all stand in one zone"
  }

  defect "pinned" {
    when    = local.pinned
    at      = "preferred_cache_cluster_azs"
    message = "the nodes of `${self}` are pinned to one zone, and Multi-AZ needs two"
  }

  edit "multi_az_enabled" {
    to   = true
    when = self.multi_az_enabled != true
  }

  label "zones that nodes are pinned to" {
    at        = self.preferred_cache_cluster_azs != null ? [self] : []
    attribute = "preferred_cache_cluster_azs"
  }

  fails "failover without Multi-AZ" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
    }
  }

  fails "nodes pinned to one zone" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      multi_az_enabled            = false
      preferred_cache_cluster_azs = ["eu-west-1a", "eu-west-1a"]
    }
  }

  fails "it belongs to no global group, and says so" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      global_replication_group_id = ""
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      multi_az_enabled            = false
    }
  }

  fails "pinned to one zone, with Multi-AZ" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      multi_az_enabled            = true
      preferred_cache_cluster_azs = ["eu-west-1a", "eu-west-1a"]
    }
  }

  passes "placed in two zones, with Multi-AZ" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      multi_az_enabled            = true
      preferred_cache_cluster_azs = ["eu-west-1a", "eu-west-1b"]
    }
  }

  unknown "zones are given by the caller" {
    variable "zones" { type = list(string) }

    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      multi_az_enabled            = true
      preferred_cache_cluster_azs = var.zones
    }
  }

  passes "Multi-AZ" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
      multi_az_enabled           = true
    }
  }

  passes "nodes placed in two zones by hand" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      num_cache_clusters          = 2
      automatic_failover_enabled  = true
      preferred_cache_cluster_azs = ["eu-west-1a", "eu-west-1b"]
    }
  }

  unknown "decided by a variable without default" {
    variable "multi_az" { type = bool }

    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
      multi_az_enabled           = var.multi_az
    }
  }
}
