# Application Auto Scaling: which service, table or cluster a target moves, and which policies move the target.

set "scalable" {
  types = [
    "aws_ecs_service",
    "aws_dynamodb_table",
    "aws_rds_cluster",
    "aws_elasticache_replication_group",
    "aws_lambda_alias",
    "aws_neptune_cluster",
    "aws_docdb_cluster",
    "aws_sagemaker_endpoint",
    "aws_msk_cluster",
    "aws_spot_fleet_request",
    "aws_appstream_fleet",
    "aws_keyspaces_table",
    "aws_emr_cluster",
  ]
}

link "aws_appautoscaling_target" "resource_id" {
  to    = "scalable"
  means = "scales"
}

# A table has one target for reading and one for writing, of one resource_id.
link "aws_appautoscaling_policy" "resource_id" {
  to    = ["aws_appautoscaling_target"]
  means = "configures"
  by    = "resource_id"
  same  = ["scalable_dimension", "service_namespace"]
}

link "aws_appautoscaling_scheduled_action" "resource_id" {
  to    = ["aws_appautoscaling_target"]
  means = "configures"
  by    = "resource_id"
  same  = ["scalable_dimension", "service_namespace"]
}

define "capacity" {
  of = "aws_appautoscaling_target"
  is = {
    min_capacity = self.min_capacity
    max_capacity = self.max_capacity
  }
}
