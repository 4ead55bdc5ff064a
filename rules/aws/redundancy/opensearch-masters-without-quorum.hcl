rule "opensearch-masters-without-quorum" {
  summary   = "OpenSearch masters lose their majority with one node or one zone"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    More than half of the master nodes must agree on a leader. One or two masters cannot lose any; three masters over two zones
    lose two when the wrong zone fails. Without a leader the domain takes no writes and no changes.
  MD
  fix       = "Run three dedicated masters over three zones (`dedicated_master_count = 3`, `availability_zone_count = 3`)."
  notice    = "`ClusterStatus.red` is 1 and `MasterReachableFromNode` is 0 after the loss of one master."
  prove     = "A managed node cannot be stopped on request: cause a blue/green change in a test domain, and watch `MasterReachableFromNode`."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config opensearch-primary-node-fault-tolerance",
    "Security Hub ES.7",
    "checkov CKV_AWS_318",
  ]

  locals {
    masters = self.cluster_config[0].dedicated_master_count
    aware   = self.cluster_config[0].zone_awareness_enabled == true
    zones   = default(self.cluster_config[0].zone_awareness_config[0].availability_zone_count, 2)
  }

  for_each = resources("search_domain")
  unless   = self.cluster_config[0].dedicated_master_enabled != true || self.cluster_config[0].multi_az_with_standby_enabled == true

  defect "too few" {
    when    = local.masters < 3
    at      = "cluster_config.dedicated_master_count"
    message = "`${self}` has ${local.masters} dedicated masters: losing one of them loses the majority"
  }

  defect "an even number" {
    when    = local.masters % 2 == 0
    at      = "cluster_config.dedicated_master_count"
    message = "the ${local.masters} masters of `${self}` survive the loss of no more nodes than ${local.masters - 1} would"
  }

  defect "two zones" {
    when    = local.masters >= 3 && local.aware && local.zones == 2
    at      = "cluster_config.zone_awareness_config"
    message = "one of the two zones of `${self}` holds most of its ${local.masters} masters, and losing it stops the domain"
  }

  fails "two masters" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 3
        dedicated_master_enabled = true
        dedicated_master_count   = 2
      }
    }
  }

  fails "four masters" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 3
        dedicated_master_enabled = true
        dedicated_master_count   = 4
      }
    }
  }

  fails "three masters in two zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 4
        dedicated_master_enabled = true
        dedicated_master_count   = 3
        zone_awareness_enabled   = true

        zone_awareness_config {
          availability_zone_count = 2
        }
      }
    }
  }

  passes "three masters in three zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 3
        dedicated_master_enabled = true
        dedicated_master_count   = 3
        zone_awareness_enabled   = true

        zone_awareness_config {
          availability_zone_count = 3
        }
      }
    }
  }

  passes "data nodes are the masters" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count         = 3
        zone_awareness_enabled = true

        zone_awareness_config {
          availability_zone_count = 3
        }
      }
    }
  }

  passes "Multi-AZ with standby, which demands three zones" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count                = 3
        dedicated_master_enabled      = true
        dedicated_master_count        = 3
        multi_az_with_standby_enabled = true
      }
    }
  }

  unknown "number of masters is given by the caller" {
    variable "masters" { type = number }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_count           = 3
        dedicated_master_enabled = true
        dedicated_master_count   = var.masters
      }
    }
  }
}
