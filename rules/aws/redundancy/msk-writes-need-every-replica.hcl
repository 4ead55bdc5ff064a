rule "msk-writes-need-every-replica" {
  summary    = "Kafka takes writes only while all replicas are there"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    AWS patches brokers one after another, and a topic is short of a replica each time. If writes need all replicas, or there is only
    one, producers stop with every patch.
  MD
  fix        = "Set `default.replication.factor=3` and `min.insync.replicas=2`: one less than the factor."
  notice     = "`UnderMinIsrPartitionCount` rises with every restart of a broker."
  prove      = "Reboot one broker of a test cluster, and write with `acks=all`."
  references = ["AWS Well-Architected REL10-BP01", "Amazon MSK: best practices, build highly available clusters"]

  locals {
    factor = tonumber(regexall("(?m)^\\s*default\\.replication\\.factor\\s*=\\s*(\\d+)", default(self.server_properties, ""))[0][0])
    insync = tonumber(regexall("(?m)^\\s*min\\.insync\\.replicas\\s*=\\s*(\\d+)", default(self.server_properties, ""))[0][0])
  }

  for_each = resources("aws_msk_configuration")

  defect "one replica" {
    when    = local.factor == 1
    at      = "server_properties"
    message = "topics of `${self}` have one replica: a broker that restarts takes its partitions away"
  }

  defect "all of them" {
    when    = local.insync >= local.factor
    at      = "server_properties"
    message = "`${self}` takes a write when ${local.insync} of ${local.factor} replicas have it, so it cannot spare one"
  }

  fails "two of two" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      kafka_versions    = ["3.6.0"]
      server_properties = <<-PROPERTIES
        auto.create.topics.enable = false
        default.replication.factor = 2
        min.insync.replicas = 2
      PROPERTIES
    }
  }

  fails "one replica" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = "default.replication.factor=1"
    }
  }

  passes "two of three" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = <<-PROPERTIES
        default.replication.factor=3
        min.insync.replicas=2
      PROPERTIES
    }
  }

  passes "left to MSK" {
    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = "log.retention.hours=72"
    }
  }

  unknown "properties are given by the caller" {
    variable "properties" { type = string }

    resource "aws_msk_configuration" "events" {
      name              = "events"
      server_properties = var.properties
    }
  }
}
