# Stores besides those of stores.hcl, rds.hcl and placement.hcl: further databases, copies in other Regions, parts of file systems, and what
# programs read when they start.

# AWS spreads these over the Region.
resource "aws_dsql_cluster" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_keyspaces_table" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_timestreamwrite_table" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_qldb_ledger" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_dynamodb_global_table" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_dynamodb_table_replica" {
  role   = "datastore"
  zones  = []
  copies = 2
}

link "aws_dynamodb_table_replica" "global_table_arn" {
  to    = "aws_dynamodb_table"
  means = "replica_of"
}

resource "aws_redshiftserverless_namespace" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_redshiftserverless_workgroup" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_redshiftserverless_workgroup" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_redshiftserverless_workgroup" "namespace_name" {
  to    = "aws_redshiftserverless_namespace"
  means = "proxies"
  by    = "namespace_name"
}

# A graph has one copy beside its primary unless it is told otherwise.
resource "aws_neptunegraph_graph" {
  role   = "datastore"
  zones  = self.replica_count == 0 ? [null] : []
  copies = 1 + default(self.replica_count, 1)
}

# A small database, with a standby in its larger bundles.
resource "aws_lightsail_database" {
  role   = "datastore"
  zones  = strcontains(self.bundle_id, "_ha_") ? [self.availability_zone, self.secondary_availability_zone] : [self.availability_zone]
  copies = strcontains(self.bundle_id, "_ha_") ? 2 : 1
}

# Other ways into a database.
resource "aws_rds_cluster_endpoint" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_rds_cluster_endpoint" "cluster_identifier" {
  to    = "aws_rds_cluster"
  means = "proxies"
  by    = "cluster_identifier"
}

resource "aws_db_proxy_endpoint" {
  role   = "other"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_db_proxy_endpoint" "vpc_subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_db_proxy_endpoint" "db_proxy_name" {
  to    = "aws_db_proxy"
  means = "proxies"
  by    = "name"
}

resource "aws_redshift_endpoint_access" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_redshift_endpoint_access" "cluster_identifier" {
  to    = "aws_redshift_cluster"
  means = "proxies"
  by    = "cluster_identifier"
}

resource "aws_opensearch_vpc_endpoint" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_opensearch_vpc_endpoint" "vpc_options.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_opensearchserverless_vpc_endpoint" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_opensearchserverless_vpc_endpoint" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_msk_vpc_connection" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_msk_vpc_connection" "client_subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_msk_vpc_connection" "target_cluster_arn" {
  to    = ["aws_msk_cluster", "aws_msk_serverless_cluster"]
  means = "proxies"
}

# Clusters over several Regions.
resource "aws_docdb_global_cluster" {
  role   = "datastore"
  zones  = []
  copies = 2
}

link "aws_docdb_cluster" "global_cluster_identifier" {
  to    = "aws_docdb_global_cluster"
  means = "member_of"
}

resource "aws_neptune_global_cluster" {
  role   = "datastore"
  zones  = []
  copies = 2
}

link "aws_neptune_cluster" "global_cluster_identifier" {
  to    = "aws_neptune_global_cluster"
  means = "member_of"
}

link "aws_neptune_cluster" "replication_source_identifier" {
  to    = "aws_neptune_cluster"
  means = "replica_of"
}

resource "aws_elasticache_global_replication_group" {
  role   = "cache"
  zones  = []
  copies = 2
}

link "aws_elasticache_global_replication_group" "primary_replication_group_id" {
  to    = "aws_elasticache_replication_group"
  means = "replica_of"
  by    = "replication_group_id"
}

resource "aws_memorydb_multi_region_cluster" {
  role   = "datastore"
  zones  = []
  copies = 2
}

# Migrations: a serverless one stands by itself; a task copies from one store to another.
resource "aws_dms_replication_config" {
  role   = "compute"
  zones  = self.compute_config[0].multi_az == true ? flatten([for g in linked(self, "member_of", "aws_dms_replication_subnet_group") : zones(g)]) : [self.compute_config[0].availability_zone]
  copies = self.compute_config[0].multi_az == true ? 2 : 1
}

link "aws_dms_replication_config" "compute_config.replication_subnet_group_id" {
  to    = "aws_dms_replication_subnet_group"
  means = "member_of"
  by    = "replication_subnet_group_id"
}

resource "aws_dms_replication_task" {
  role   = "compute"
  zones  = []
  copies = 1
}

resource "aws_dms_endpoint" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_dms_endpoint" "server_name" {
  to    = ["relational_database", "aws_redshift_cluster"]
  means = "proxies"
}

link "aws_dms_endpoint" "kinesis_settings.stream_arn" {
  to    = "aws_kinesis_stream"
  means = "sends"
}

link "aws_dms_endpoint" "kafka_settings.broker" {
  to    = "aws_msk_cluster"
  means = "proxies"
}

link "aws_dms_replication_task" "source_endpoint_arn" {
  to    = "aws_dms_endpoint"
  means = "reads_writes"
}

link "aws_dms_replication_task" "target_endpoint_arn" {
  to    = "aws_dms_endpoint"
  means = "reads_writes"
}

link "aws_dms_replication_config" "source_endpoint_arn" {
  to    = "aws_dms_endpoint"
  means = "reads_writes"
}

link "aws_dms_replication_config" "target_endpoint_arn" {
  to    = "aws_dms_endpoint"
  means = "reads_writes"
}

# Buckets of one zone, and other doors to a bucket.
resource "aws_s3_directory_bucket" {
  role   = "datastore"
  zones  = [self.location[0].name]
  copies = 1
}

resource "aws_s3_access_point" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_s3_access_point" "bucket" {
  to    = "aws_s3_bucket"
  means = "proxies"
  by    = "bucket"
}

resource "aws_s3control_multi_region_access_point" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_s3control_multi_region_access_point" "details.region.bucket" {
  to    = "aws_s3_bucket"
  means = "forwards"
  by    = "bucket"
}

resource "aws_s3control_object_lambda_access_point" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_s3control_object_lambda_access_point" "configuration.transformation_configuration.content_transformation.aws_lambda.function_arn" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_s3control_object_lambda_access_point" "configuration.supporting_access_point" {
  to    = "aws_s3_access_point"
  means = "proxies"
}

resource "aws_s3tables_table_bucket" {
  role   = "datastore"
  zones  = []
  copies = 2
}

# Parts of file systems are lost with them.
resource "aws_efs_access_point" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_efs_access_point" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "mounts"
}

resource "aws_efs_mount_target" {
  role   = "network"
  zones  = flatten([for s in refs(self.subnet_id, "subnet") : zones(s)])
  copies = 1
}

resource "aws_fsx_ontap_storage_virtual_machine" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_fsx_ontap_storage_virtual_machine" "file_system_id" {
  to    = "aws_fsx_ontap_file_system"
  means = "mounts"
}

resource "aws_fsx_ontap_volume" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_fsx_ontap_volume" "storage_virtual_machine_id" {
  to    = "aws_fsx_ontap_storage_virtual_machine"
  means = "mounts"
}

resource "aws_fsx_openzfs_volume" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_fsx_openzfs_volume" "parent_volume_id" {
  to    = ["aws_fsx_openzfs_file_system", "aws_fsx_openzfs_volume"]
  means = "mounts"
}

resource "aws_fsx_file_cache" {
  role   = "cache"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_fsx_file_cache" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# What programs read when they start: images, secrets, parameters, keys.
resource "aws_ecr_repository" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_secretsmanager_secret" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_ssm_parameter" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_kms_key" {
  role   = "other"
  zones  = []
  copies = 2
}

# Backups and queries over files.
resource "aws_backup_vault" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_ebs_snapshot" {
  role   = "other"
  zones  = []
  copies = 2
}

resource "aws_athena_workgroup" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_athena_workgroup" "configuration.result_configuration.output_location" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
}

resource "aws_kendra_index" {
  role   = "other"
  zones  = []
  copies = 2
}

# A search domain of the older service stands in one zone unless it is told to use two.
resource "aws_cloudsearch_domain" {
  role   = "datastore"
  zones  = self.multi_az == true ? [] : [null]
  copies = self.multi_az == true ? 2 : 1
}

define "recovery" {
  of = ["aws_neptunegraph_graph", "aws_lightsail_database", "aws_dms_replication_config"]
  is = copies(self) >= 2 ? "failover" : "none"
}

define "recovery" {
  of = ["aws_s3_directory_bucket", "aws_fsx_file_cache"]
  is = "none"
}

define "recovery" {
  of = "aws_cloudsearch_domain"
  is = self.multi_az == true ? "regional" : "none"
}

define "recovery" {
  of = [
    "aws_dsql_cluster",
    "aws_keyspaces_table",
    "aws_timestreamwrite_table",
    "aws_qldb_ledger",
    "aws_dynamodb_global_table",
    "aws_dynamodb_table_replica",
    "aws_redshiftserverless_namespace",
    "aws_redshiftserverless_workgroup",
    "aws_rds_cluster_endpoint",
    "aws_db_proxy_endpoint",
    "aws_redshift_endpoint_access",
    "aws_opensearch_vpc_endpoint",
    "aws_opensearchserverless_vpc_endpoint",
    "aws_msk_vpc_connection",
    "aws_docdb_global_cluster",
    "aws_neptune_global_cluster",
    "aws_elasticache_global_replication_group",
    "aws_memorydb_multi_region_cluster",
    "aws_dms_replication_task",
    "aws_dms_endpoint",
    "aws_s3_access_point",
    "aws_s3control_multi_region_access_point",
    "aws_s3control_object_lambda_access_point",
    "aws_s3tables_table_bucket",
    "aws_efs_access_point",
    "aws_efs_mount_target",
    "aws_fsx_ontap_storage_virtual_machine",
    "aws_fsx_ontap_volume",
    "aws_fsx_openzfs_volume",
    "aws_ecr_repository",
    "aws_secretsmanager_secret",
    "aws_ssm_parameter",
    "aws_kms_key",
    "aws_backup_vault",
    "aws_ebs_snapshot",
    "aws_athena_workgroup",
    "aws_kendra_index",
  ]
  is = "regional"
}
