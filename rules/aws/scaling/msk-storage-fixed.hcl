rule "msk-storage-fixed" {
  summary    = "Storage of Kafka brokers cannot grow by itself"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A broker with a full volume stops, and the others get its load and fill up in turn. Storage can only grow, so scaling is safe to
    leave on.
  MD
  fix        = "Add an `aws_appautoscaling_target` for `kafka:broker-storage:VolumeSize` with a policy, or alarm on `KafkaDataLogsDiskUsed`."
  notice     = "`KafkaDataLogsDiskUsed` comes near 100 percent."
  prove      = "Write to a test cluster until 85 percent are used, and see whether the storage grows."
  references = ["AWS Well-Architected REL07-BP01", "Amazon MSK: automatic scaling for clusters"]

  locals {
    scaled  = length(referrers(self, "refers", "aws_appautoscaling_target")) > 0
    watched = [for a in alarms(self) : a if contains(metrics(a), "KafkaDataLogsDiskUsed")]
    tiered  = self.storage_mode == "TIERED"
    express = startswith(default(self.broker_node_group_info[0].instance_type, ""), "express.")
  }

  for_each = resources("aws_msk_cluster")
  unless   = local.express || local.tiered || length(local.watched) > 0 || is_watched_elsewhere(self)
  when     = !local.scaled
  at       = "broker_node_group_info.storage_info"
  message  = "the brokers of `${self}` stop when their volumes are full, and nobody is told before"

  fails "neither scaled nor watched" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]

        storage_info {
          ebs_storage_info {
            volume_size = 500
          }
        }
      }
    }
  }

  passes "scaled" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }

    resource "aws_appautoscaling_target" "storage" {
      service_namespace  = "kafka"
      scalable_dimension = "kafka:broker-storage:VolumeSize"
      resource_id        = aws_msk_cluster.events.arn
      min_capacity       = 1
      max_capacity       = 2000
    }
  }

  passes "somebody is told in time" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }

    resource "aws_cloudwatch_metric_alarm" "disk" {
      count               = 3
      alarm_name          = "events-disk-${count.index + 1}"
      namespace           = "AWS/Kafka"
      metric_name         = "KafkaDataLogsDiskUsed"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 80
      evaluation_periods  = 1

      dimensions = {
        "Cluster Name" = "events"
        "Broker ID"    = tostring(count.index + 1)
      }
    }
  }

  passes "Express brokers, whose storage grows" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = "express.m7g.large"
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }
  }

  unknown "type is given by the caller" {
    variable "instance_type" { type = string }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      broker_node_group_info {
        instance_type   = var.instance_type
        client_subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d", "subnet-2a3b4c5d"]
        security_groups = ["sg-0a1b2c3d"]
      }
    }
  }
}
