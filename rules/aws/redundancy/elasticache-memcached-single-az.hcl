rule "elasticache-memcached-single-az" {
  summary    = "Memcached cluster is empty after the loss of one node or zone"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Memcached has no replicas: with a node its part of the cache is gone. When all of it goes at once, the whole load falls on the
    database behind.
  MD
  fix        = "Run several nodes with `az_mode = \"cross-az\"`."
  notice     = "`GetMisses` jumps to the rate of all reads after the loss of a node."
  prove      = "Reboot a node of a test cluster, and watch the load on the database behind it."
  references = ["AWS Well-Architected REL10-BP01", "kics 6db03a91", "Amazon ElastiCache: mitigating failures, Memcached"]

  locals {
    nodes  = default(self.num_cache_nodes, 1)
    placed = length(distinct(default(self.preferred_availability_zones, []))) > 1
  }

  for_each = resources("aws_elasticache_cluster")
  unless   = self.engine != "memcached" || local.placed

  defect "one node" {
    when    = local.nodes < 2
    at      = "num_cache_nodes"
    message = "`${self}` has one node: when it is lost, every request goes to the database behind"
  }

  defect "one zone" {
    when    = local.nodes > 1 && self.az_mode != "cross-az"
    at      = "az_mode"
    message = "all ${local.nodes} nodes of `${self}` stand in one zone"

    edit "az_mode" {
      to = "cross-az"
    }
  }

  fails "one node" {
    resource "aws_elasticache_cluster" "pages" {
      cluster_id      = "pages"
      engine          = "memcached"
      node_type       = "cache.m7g.large"
      num_cache_nodes = 1
    }
  }

  fails "one zone by default" {
    resource "aws_elasticache_cluster" "pages" {
      cluster_id      = "pages"
      engine          = "memcached"
      node_type       = "cache.m7g.large"
      num_cache_nodes = 3
    }
  }

  passes "several zones" {
    resource "aws_elasticache_cluster" "pages" {
      cluster_id      = "pages"
      engine          = "memcached"
      node_type       = "cache.m7g.large"
      num_cache_nodes = 3
      az_mode         = "cross-az"
    }
  }

  passes "Redis, which is another matter" {
    resource "aws_elasticache_cluster" "replica" {
      cluster_id           = "sessions-2"
      engine               = "redis"
      replication_group_id = "sessions"
    }
  }

  unknown "number of nodes is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_elasticache_cluster" "pages" {
      cluster_id      = "pages"
      engine          = "memcached"
      node_type       = "cache.m7g.large"
      num_cache_nodes = var.nodes
      az_mode         = "cross-az"
    }
  }
}
