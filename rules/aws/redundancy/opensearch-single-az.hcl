rule "opensearch-single-az" {
  summary   = "OpenSearch domain is not aware of zones"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Without zone awareness all nodes stand in one zone, and with it every shard and every replica of it.
  MD
  fix       = "Set `zone_awareness_enabled = true` with `availability_zone_count = 3` and a number of nodes that divides by it."
  notice    = "`Nodes` falls to 0 with one zone, and `ClusterStatus.red` is 1."
  prove     = "Cut the domain's subnet off with `aws:network:disrupt-connectivity`, and search."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config opensearch-data-node-fault-tolerance",
    "Security Hub Opensearch.6",
    "Security Hub ES.6",
  ]

  locals {
    nodes   = default(self.cluster_config[0].instance_count, 1)
    standby = self.cluster_config[0].multi_az_with_standby_enabled == true
  }

  # One node is the worse defect: datastore-single-node.
  for_each = resources("search_domain")
  unless   = local.standby || local.nodes == 1
  when     = self.cluster_config[0].zone_awareness_enabled != true
  at       = "cluster_config.zone_awareness_enabled"
  message  = "all ${local.nodes} nodes of `${self}` stand in one zone"

  edit "cluster_config.zone_awareness_enabled" {
    to   = true
    when = local.nodes % 2 == 0
  }

  fails "left out" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type  = "r6g.large.search"
        instance_count = 3
      }
    }
  }

  fails "switched off" {
    resource "aws_elasticsearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r5.large.elasticsearch"
        instance_count         = 2
        zone_awareness_enabled = false
      }
    }
  }

  passes "zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r6g.large.search"
        instance_count         = 3
        zone_awareness_enabled = true

        zone_awareness_config {
          availability_zone_count = 3
        }
      }
    }
  }

  passes "Multi-AZ with standby" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type                 = "r6g.large.search"
        instance_count                = 3
        multi_az_with_standby_enabled = true
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "zone_awareness" { type = bool }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r6g.large.search"
        instance_count         = 4
        zone_awareness_enabled = var.zone_awareness
      }
    }
  }
}
