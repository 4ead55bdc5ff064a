rule "datastore-single-az" {
  summary   = "Store is kept in one Availability Zone by its type"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    With the zone the data cannot be reached, and in the worst case it is lost. Many things hang on a file share or an index
    without anybody having counted them.
  MD
  fix       = "Choose the type that spans zones. Most of these settings cannot be changed later, so plan a move of the data."
  notice    = "Requests fail with the zone: the store's request metrics end."
  prove     = "Cut off the zone's subnets with `aws:network:disrupt-connectivity` in a test, and read from another zone."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config efs-filesystem-multi-az",
    "AWS Config fsx-windows-deployment-type-check",
    "AWS Config fsx-ontap-deployment-type-check",
    "AWS Config fsx-openzfs-deployment-type-check",
    "AWS Config opensearchserverless-collection-standbyreplicas-enabled",
    "Security Hub FSx.3",
    "Security Hub FSx.4",
    "Security Hub FSx.5",
  ]

  locals {
    # What it holds has another copy.
    copied = length(referrers(self, "refers", "aws_efs_replication_configuration")) > 0
  }

  for_each = resources("aws_efs_file_system", "fsx_file_system", "aws_opensearchserverless_collection", "aws_msk_cluster")
  unless   = local.copied

  defect "one zone" {
    when    = is(self, "aws_efs_file_system") && default(self.availability_zone_name, "") != ""
    at      = "availability_zone_name"
    message = "`${self}` keeps its files in one zone only"
  }

  defect "one file server" {
    when    = is(self, "fsx_file_system") && startswith(default(self.deployment_type, "SINGLE_AZ_1"), "SINGLE_AZ")
    at      = "deployment_type"
    message = "`${self}` and what mounts it stop with the one zone it stands in"
  }

  defect "no standby replicas" {
    when    = is(self, "aws_opensearchserverless_collection") && self.standby_replicas == "DISABLED"
    at      = "standby_replicas"
    message = "`${self}` has no copy in a second zone"

    edit "standby_replicas" {
      to = "ENABLED"
    }
  }

  # AWS refuses such a cluster: better to know before the apply.
  defect "brokers of one zone" {
    when    = is(self, "aws_msk_cluster") && length([for s in default(self.broker_node_group_info[0].client_subnets, []) : tostring(s)]) == 1
    at      = "broker_node_group_info.client_subnets"
    message = "all brokers of `${self}` stand in one zone, and every replica with them"
  }

  fails "EFS One Zone" {
    resource "aws_efs_file_system" "uploads" {
      creation_token         = "uploads"
      availability_zone_name = "eu-west-1a"
    }
  }

  fails "FSx for Windows, one zone by default" {
    resource "aws_fsx_windows_file_system" "shares" {
      storage_capacity    = 300
      throughput_capacity = 32
      subnet_ids          = ["subnet-0a1b2c3d"]
    }
  }

  fails "Kafka in one subnet" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 2

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }
  }

  passes "Kafka in two subnets" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 2

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }
  }

  fails "FSx for ONTAP" {
    resource "aws_fsx_ontap_file_system" "shares" {
      storage_capacity    = 1024
      throughput_capacity = 128
      deployment_type     = "SINGLE_AZ_1"
      preferred_subnet_id = "subnet-0a1b2c3d"
      subnet_ids          = ["subnet-0a1b2c3d"]
    }
  }

  fails "OpenSearch Serverless without standby replicas" {
    resource "aws_opensearchserverless_collection" "search" {
      name             = "search"
      type             = "SEARCH"
      standby_replicas = "DISABLED"
    }
  }

  passes "Regional file system" {
    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }
  }

  passes "One Zone, with a replica elsewhere" {
    resource "aws_efs_file_system" "uploads" {
      creation_token         = "uploads"
      availability_zone_name = "eu-west-1a"
    }

    resource "aws_efs_replication_configuration" "uploads" {
      source_file_system_id = aws_efs_file_system.uploads.id

      destination {
        region = "eu-central-1"
      }
    }
  }

  passes "standby in a second zone" {
    resource "aws_fsx_openzfs_file_system" "shares" {
      storage_capacity    = 64
      throughput_capacity = 160
      deployment_type     = "MULTI_AZ_1"
      preferred_subnet_id = "subnet-0a1b2c3d"
      subnet_ids          = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  passes "standby replicas by default" {
    resource "aws_opensearchserverless_collection" "search" {
      name = "search"
      type = "SEARCH"
    }
  }

  unknown "type is given by the caller" {
    variable "deployment_type" { type = string }

    resource "aws_fsx_windows_file_system" "shares" {
      storage_capacity    = 300
      throughput_capacity = 32
      deployment_type     = var.deployment_type
      subnet_ids          = ["subnet-0a1b2c3d"]
    }
  }
}
