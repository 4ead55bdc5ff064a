# Arguments that the provider cannot change in place: a plan that changes one replaces the resource. `--fix` leaves such a change to
# `--unsafe-fixes`. Where releases of the provider differ, the argument is listed.

replacement "aws_flow_log" {
  attributes = ["traffic_type"]
}

replacement "fsx_file_system" {
  attributes = ["deployment_type"]
}

replacement "aws_opensearchserverless_collection" {
  attributes = ["standby_replicas"]
}

replacement "aws_mq_broker" {
  attributes = ["deployment_mode"]
}

replacement "aws_timestreaminfluxdb_db_instance" {
  attributes = ["deployment_type", "publicly_accessible"]
}

replacement "aws_timestreaminfluxdb_db_cluster" {
  attributes = ["publicly_accessible"]
}

replacement "aws_rds_shard_group" {
  attributes = ["publicly_accessible"]
}

replacement "aws_neptune_cluster_instance" {
  attributes = ["publicly_accessible"]
}

replacement "aws_elasticache_cluster" {
  attributes = ["az_mode"]
}
