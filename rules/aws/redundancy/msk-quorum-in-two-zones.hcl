rule "msk-quorum-in-two-zones" {
  summary   = "Kafka in two zones stops taking writes when one of them fails"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Of three replicas in two zones, two stand in one. When that zone fails, one replica is left, and writes that need two are refused
    until the zone is back.
  MD
  fix       = "Spread the cluster over three subnets in three zones; in two, use four replicas with `min.insync.replicas=2`."
  notice    = "`UnderMinIsrPartitionCount` rises above 0, and producers get `NotEnoughReplicas`."
  prove     = "Cut one zone off with `aws:network:disrupt-connectivity` in a test cluster, and write with `acks=all`."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Amazon MSK Cluster Multi-AZ",
    "Amazon MSK: best practices, build highly available clusters",
  ]

  locals {
    subnets = default(self.broker_node_group_info[0].client_subnets, [])
    texts   = [for c in linked(self, "uses", "aws_msk_configuration") : default(c.server_properties, "")]
    factor  = tonumber(regexall("(?m)^\\s*default\\.replication\\.factor\\s*=\\s*(\\d+)", local.texts[0])[0][0])
    insync  = tonumber(regexall("(?m)^\\s*min\\.insync\\.replicas\\s*=\\s*(\\d+)", local.texts[0])[0][0])
    left    = floor(local.factor / 2)
  }

  # Where writes need every replica there is a worse defect: msk-writes-need-every-replica.
  for_each = resources("aws_msk_cluster")
  unless   = local.insync >= local.factor
  when     = length(local.subnets) == 2 && local.left < local.insync
  at       = "broker_node_group_info.client_subnets"
  message  = "when the wrong one of two zones fails, `${self}` has ${local.left} of ${local.factor} replicas left, and writes need ${local.insync}"

  label "says how many" {
    at        = linked(self, "uses", "aws_msk_configuration")
    attribute = "server_properties"
  }

  fails "three replicas in two zones" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = <<-PROPERTIES
        default.replication.factor=3
        min.insync.replicas=2
      PROPERTIES
    }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 4

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
        security_groups = ["sg-0a1b2c3d"]
      }

      configuration_info {
        arn      = aws_msk_configuration.events.arn
        revision = aws_msk_configuration.events.latest_revision
      }
    }
  }

  passes "three zones" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = <<-PROPERTIES
        default.replication.factor=3
        min.insync.replicas=2
      PROPERTIES
    }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]
      }

      configuration_info {
        arn      = aws_msk_configuration.events.arn
        revision = aws_msk_configuration.events.latest_revision
      }
    }
  }

  passes "two zones with the defaults of MSK" {
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

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = <<-PROPERTIES
        default.replication.factor=3
        min.insync.replicas=2
      PROPERTIES
    }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 4

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = var.subnet_ids
        security_groups = ["sg-0a1b2c3d"]
      }

      configuration_info {
        arn      = aws_msk_configuration.events.arn
        revision = aws_msk_configuration.events.latest_revision
      }
    }
  }
}
