rule "datastore-single-node" {
  summary   = "Store or broker runs on a single node"
  principle = "single-point-of-failure"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Nothing takes over when the node is lost or replaced: clients get errors until AWS has built another one, and
    what the node alone held is gone.
  MD
  fix       = "Run a second node in another zone: a replica or an instance more, a standby, or a cluster deployment."
  notice    = "The store's request metrics end while its one node is replaced."
  prove     = "Reboot the node of a test copy, and time the outage."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Well-Architected REL11-BP02",
    "AWS Config mq-active-deployment-mode",
    "AWS Config mq-rabbit-deployment-mode",
    "AWS Config neptune-cluster-multi-az-enabled",
    "Security Hub MQ.5",
    "Security Hub MQ.6",
    "Security Hub Neptune.9",
    "AWS Trusted Advisor Amazon MemoryDB Multi-AZ clusters",
    "AWS Trusted Advisor Amazon DocumentDB Single AZ Clusters",
    "AWS Trusted Advisor ActiveMQ Availability Zone Redundancy",
    "AWS Trusted Advisor RabbitMQ Availability Zone Redundancy",
    "AWS Trusted Advisor Amazon OpenSearch Service domains with less than three data nodes",
  ]

  locals {
    # A secondary of a global cluster may be kept small: its data is elsewhere as well.
    secondary = length(refs(self.global_cluster_identifier)) > 0 || default(self.global_cluster_identifier, "") != ""
    members   = referrers(self, "member_of", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
    document  = is(self, "aws_docdb_cluster", "aws_neptune_cluster")
    search    = is(self, "aws_opensearch_domain", "aws_elasticsearch_domain")
  }

  for_each = resources("single_node_store")
  unless   = local.document && local.secondary

  defect "no replica in a shard" {
    when    = is(self, "aws_memorydb_cluster") && self.num_replicas_per_shard == 0
    at      = "num_replicas_per_shard"
    message = "a shard of `${self}` that loses its node has no replica to fail over to"

    edit "num_replicas_per_shard" {
      to = 1
    }
  }

  defect "one cache node" {
    when    = is(self, "aws_dax_cluster") && self.replication_factor == 1
    at      = "replication_factor"
    message = "`${self}` has one node: when it is lost, no request through the cluster is answered"

    edit "replication_factor" {
      to = 3
    }
  }

  defect "one data node" {
    when    = local.search && default(self.cluster_config[0].instance_count, 1) == 1
    at      = "cluster_config.instance_count"
    message = "`${self}` has one data node, so no shard has a replica"
  }

  defect "one broker" {
    when    = is(self, "aws_mq_broker") && default(self.deployment_mode, "SINGLE_INSTANCE") == "SINGLE_INSTANCE"
    at      = "deployment_mode"
    message = "`${self}` is one broker in one zone, and every producer and consumer waits for it"

    edit "deployment_mode" {
      to = lower(default(self.engine_type, "")) == "rabbitmq" ? "CLUSTER_MULTI_AZ" : "ACTIVE_STANDBY_MULTI_AZ"
    }
  }

  defect "no standby" {
    when    = is(self, "aws_timestreaminfluxdb_db_instance") && self.deployment_type == "SINGLE_AZ"
    at      = "deployment_type"
    message = "`${self}` has no standby in another zone"

    edit "deployment_type" {
      to = "WITH_MULTIAZ_STANDBY"
    }
  }

  # Without any member here, they are made elsewhere.
  defect "one instance" {
    when    = local.document && length(local.members) == 1
    message = "`${self}` has one instance: nothing is promoted when it fails"

    label "its only instance" {
      at = local.members
    }
  }

  fails "MemoryDB without replicas" {
    resource "aws_memorydb_cluster" "sessions" {
      name                   = "sessions"
      acl_name               = "open-access"
      node_type              = "db.r7g.large"
      num_shards             = 2
      num_replicas_per_shard = 0
    }
  }

  fails "DAX with one node" {
    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = 1
    }
  }

  fails "OpenSearch, one node by default" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"
    }
  }

  fails "Elasticsearch, one node" {
    resource "aws_elasticsearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type  = "r5.large.elasticsearch"
        instance_count = 1
      }
    }
  }

  fails "MQ, one broker by default" {
    resource "aws_mq_broker" "orders" {
      broker_name        = "orders"
      engine_type        = "ActiveMQ"
      engine_version     = "5.18"
      host_instance_type = "mq.m5.large"
    }
  }

  fails "InfluxDB without a standby" {
    resource "aws_timestreaminfluxdb_db_instance" "metrics" {
      name              = "metrics"
      db_instance_type  = "db.influx.large"
      allocated_storage = 100
      deployment_type   = "SINGLE_AZ"
    }
  }

  fails "DocumentDB with one instance" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier = "profiles"
    }

    resource "aws_docdb_cluster_instance" "profiles" {
      cluster_identifier = aws_docdb_cluster.profiles.id
      instance_class     = "db.r6g.large"
    }
  }

  passes "MemoryDB, which has a replica unless told otherwise" {
    resource "aws_memorydb_cluster" "sessions" {
      name      = "sessions"
      acl_name  = "open-access"
      node_type = "db.r7g.large"
    }
  }

  passes "RabbitMQ cluster" {
    resource "aws_mq_broker" "orders" {
      broker_name        = "orders"
      engine_type        = "RabbitMQ"
      engine_version     = "3.13"
      host_instance_type = "mq.m5.large"
      deployment_mode    = "CLUSTER_MULTI_AZ"
    }
  }

  passes "Neptune with a reader" {
    resource "aws_neptune_cluster" "graph" {
      cluster_identifier = "graph"
    }

    resource "aws_neptune_cluster_instance" "graph" {
      count              = 2
      cluster_identifier = aws_neptune_cluster.graph.id
      instance_class     = "db.r6g.large"
    }
  }

  passes "secondary of a global cluster" {
    resource "aws_docdb_global_cluster" "profiles" {
      global_cluster_identifier = "profiles"
    }

    resource "aws_docdb_cluster" "abroad" {
      cluster_identifier        = "profiles-abroad"
      global_cluster_identifier = aws_docdb_global_cluster.profiles.id
    }

    resource "aws_docdb_cluster_instance" "abroad" {
      cluster_identifier = aws_docdb_cluster.abroad.id
      instance_class     = "db.r6g.large"
    }
  }

  passes "instances are made elsewhere" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier = "profiles"
    }
  }

  unknown "number of nodes is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_dax_cluster" "catalog" {
      cluster_name       = "catalog"
      iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
      node_type          = "dax.r5.large"
      replication_factor = var.nodes
    }
  }
}
