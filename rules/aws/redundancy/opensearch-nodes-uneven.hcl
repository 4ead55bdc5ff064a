rule "opensearch-nodes-uneven" {
  summary   = "OpenSearch data nodes do not divide evenly over the zones"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Replicas go to another zone, so the zone with fewer nodes carries as many shards on less hardware. It fills up first, and when
    the larger zone fails it has to carry everything.
  MD
  fix       = "Make `instance_count` a multiple of `availability_zone_count`, three nodes or more."
  notice    = "`CPUUtilization` and `FreeStorageSpace` differ between zones, and shards stay unassigned."
  prove     = "Remove a zone's share of nodes from a test domain, and see whether the others hold all shards."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Amazon OpenSearch Service domains with less than three data nodes",
  ]

  locals {
    nodes = default(self.cluster_config[0].instance_count, 1)
    zones = default(self.cluster_config[0].zone_awareness_config[0].availability_zone_count, 2)
  }

  for_each = resources("search_domain")
  unless   = self.cluster_config[0].zone_awareness_enabled != true
  when     = local.nodes % local.zones != 0
  at       = "cluster_config.instance_count"
  message  = "the ${local.nodes} data nodes of `${self}` do not divide over ${local.zones} zones"

  fails "three nodes in two zones, the default" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r6g.large.search"
        instance_count         = 3
        zone_awareness_enabled = true
      }
    }
  }

  fails "four nodes in three zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r6g.large.search"
        instance_count         = 4
        zone_awareness_enabled = true

        zone_awareness_config {
          availability_zone_count = 3
        }
      }
    }
  }

  passes "six nodes in three zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type          = "r6g.large.search"
        instance_count         = 6
        zone_awareness_enabled = true

        zone_awareness_config {
          availability_zone_count = 3
        }
      }
    }
  }

  passes "no zones to divide over" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count = 3
      }
    }
  }

  unknown "number of nodes is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count         = var.nodes
        zone_awareness_enabled = true
      }
    }
  }
}
