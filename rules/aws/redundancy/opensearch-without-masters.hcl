rule "opensearch-without-masters" {
  summary   = "OpenSearch domain has no dedicated masters"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Data nodes then lead the cluster beside their work. A heavy query or a full heap takes the leader down, and while another is
    elected nothing is indexed.
  MD
  fix       = "Set `dedicated_master_enabled = true` with `dedicated_master_count = 3`."
  notice    = "`JVMMemoryPressure` of data nodes is high while `ClusterIndexWritesBlocked` turns 1."
  prove     = "Index in bulk into a test domain, and watch whether the cluster's state still updates."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Config opensearch-primary-node-fault-tolerance",
    "Security Hub ES.7",
    "Security Hub Opensearch.11",
    "checkov CKV2_AWS_59",
  ]

  param "minimum_nodes" {
    default = 4
    doc     = "Fewest data nodes of a domain that should have masters of its own."
  }

  for_each = resources("search_domain")
  unless   = default(self.cluster_config[0].instance_count, 1) < param.minimum_nodes
  when     = self.cluster_config[0].dedicated_master_enabled != true
  at       = "cluster_config.dedicated_master_enabled"
  message  = "the data nodes of `${self}` have to lead the cluster beside their work"

  fails "six data nodes" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type  = "r6g.large.search"
        instance_count = 6
      }
    }
  }

  passes "three masters" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type            = "r6g.large.search"
        instance_count           = 6
        dedicated_master_enabled = true
        dedicated_master_count   = 3
      }
    }
  }

  passes "three nodes, which can be their own masters" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type  = "r6g.large.search"
        instance_count = 3
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "masters" { type = bool }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 6
        dedicated_master_enabled = var.masters
      }
    }
  }
}
