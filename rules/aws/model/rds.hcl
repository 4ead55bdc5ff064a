# Relational databases and their relatives: instances, clusters, subnet groups, proxies.

set "relational_database" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
  ]
}

resource "aws_db_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_db_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# Without a standby an instance stands in one zone: the one it names, or one of its group that AWS picks.
resource "aws_db_instance" {
  role = "datastore"
  zones = (
    self.multi_az == true
    ? flatten([for g in linked(self, "member_of", "aws_db_subnet_group") : zones(g)])
    : [self.availability_zone]
  )
  copies = self.multi_az == true ? 2 : 1
}

link "aws_db_instance" "db_subnet_group_name" {
  to    = "aws_db_subnet_group"
  means = "member_of"
  by    = "name"
}

link "aws_db_instance" "replicate_source_db" {
  to    = "aws_db_instance"
  means = "replica_of"
  by    = "identifier"
}

# The instances of an Aurora cluster spread over the zones of the group unless each names its own. A Multi-AZ DB cluster
# (db_cluster_instance_class) brings three.
resource "aws_rds_cluster" {
  role = "datastore"
  zones = (
    length(referrers(self, "member_of", "aws_rds_cluster_instance")) > 0
    && alltrue([for i in referrers(self, "member_of", "aws_rds_cluster_instance") : i.availability_zone != null])
    ? [for i in referrers(self, "member_of", "aws_rds_cluster_instance") : i.availability_zone]
    : flatten([for g in linked(self, "member_of", "aws_db_subnet_group") : zones(g)])
  )
  copies = default(self.db_cluster_instance_class, "") != "" ? 3 : length(referrers(self, "member_of", "aws_rds_cluster_instance"))
}

link "aws_rds_cluster" "db_subnet_group_name" {
  to    = "aws_db_subnet_group"
  means = "member_of"
  by    = "name"
}

link "aws_rds_cluster" "replication_source_identifier" {
  to    = ["aws_rds_cluster", "aws_db_instance"]
  means = "replica_of"
}

link "aws_rds_cluster" "global_cluster_identifier" {
  to    = "aws_rds_global_cluster"
  means = "member_of"
}

resource "aws_rds_global_cluster" {
  role   = "datastore"
  zones  = []
  copies = 2
}

resource "aws_rds_cluster_instance" {
  role   = "datastore"
  zones  = [self.availability_zone]
  copies = 1
}

link "aws_rds_cluster_instance" "cluster_identifier" {
  to    = "aws_rds_cluster"
  means = "member_of"
  by    = "cluster_identifier"
}

resource "aws_docdb_cluster" {
  role = "datastore"
  zones = (
    length(referrers(self, "member_of", "aws_docdb_cluster_instance")) > 0
    && alltrue([for i in referrers(self, "member_of", "aws_docdb_cluster_instance") : i.availability_zone != null])
    ? [for i in referrers(self, "member_of", "aws_docdb_cluster_instance") : i.availability_zone]
    : flatten([for g in linked(self, "member_of", "aws_docdb_subnet_group", "aws_db_subnet_group") : zones(g)])
  )
  copies = length(referrers(self, "member_of", "aws_docdb_cluster_instance"))
}

resource "aws_docdb_cluster_instance" {
  role   = "datastore"
  zones  = [self.availability_zone]
  copies = 1
}

link "aws_docdb_cluster_instance" "cluster_identifier" {
  to    = "aws_docdb_cluster"
  means = "member_of"
  by    = "cluster_identifier"
}

resource "aws_neptune_cluster" {
  role = "datastore"
  zones = (
    length(referrers(self, "member_of", "aws_neptune_cluster_instance")) > 0
    && alltrue([for i in referrers(self, "member_of", "aws_neptune_cluster_instance") : i.availability_zone != null])
    ? [for i in referrers(self, "member_of", "aws_neptune_cluster_instance") : i.availability_zone]
    : flatten([for g in linked(self, "member_of", "aws_neptune_subnet_group", "aws_db_subnet_group") : zones(g)])
  )
  copies = length(referrers(self, "member_of", "aws_neptune_cluster_instance"))
}

resource "aws_neptune_cluster_instance" {
  role   = "datastore"
  zones  = [self.availability_zone]
  copies = 1
}

link "aws_neptune_cluster_instance" "cluster_identifier" {
  to    = "aws_neptune_cluster"
  means = "member_of"
  by    = "cluster_identifier"
}

resource "aws_db_proxy" {
  role   = "other"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_db_proxy" "vpc_subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

join "aws_db_proxy_target" {
  from  = "db_proxy_name"
  to    = "db_instance_identifier"
  means = "proxies"
}

join "aws_db_proxy_target" {
  from  = "db_proxy_name"
  to    = "db_cluster_identifier"
  means = "proxies"
}

# Names, where they are written instead of referred to.
link "aws_db_proxy_target" "db_proxy_name" {
  to    = "aws_db_proxy"
  means = "refers"
  by    = "name"
}

link "aws_db_proxy_target" "db_instance_identifier" {
  to    = "aws_db_instance"
  means = "refers"
  by    = "identifier"
}

link "aws_db_proxy_target" "db_cluster_identifier" {
  to    = "aws_rds_cluster"
  means = "refers"
  by    = "cluster_identifier"
}

# Its source has the data. What has no source may say so by an empty text, as a state does.
define "is_replica" {
  of = "aws_db_instance"
  is = length(refs(self.replicate_source_db)) > 0 || default(self.replicate_source_db, "") != ""
}

# The same, of clusters as well.
define "is_copy" {
  of = "aws_db_instance"
  is = is_replica(self)
}

define "is_copy" {
  of = ["aws_rds_cluster", "aws_neptune_cluster"]
  is = length(refs(self.replication_source_identifier)) > 0 || default(self.replication_source_identifier, "") != ""
}

# The instances of a cluster.
set "cluster_member" {
  types = ["aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"]
}

define "capacity" {
  of = "aws_rds_cluster"
  is = {
    "serverlessv2_scaling_configuration.min_capacity" = self.serverlessv2_scaling_configuration[0].min_capacity
    "serverlessv2_scaling_configuration.max_capacity" = self.serverlessv2_scaling_configuration[0].max_capacity
  }
}

# Their capacity is their members'.
define "capacity" {
  of = ["aws_docdb_cluster", "aws_neptune_cluster"]
  is = {}
}

define "is_spread" {
  of = "aws_db_instance"
  is = self.multi_az
}
