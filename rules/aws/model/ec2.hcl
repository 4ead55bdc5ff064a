# Machines and the groups that replace them.

# A machine stands in the zone of its subnet, or of the interface that it is started with; where nothing says which, AWS picks one. With a
# public address in a public subnet, traffic enters there.
resource "aws_instance" {
  role = "compute"
  entry = (
    length(referrers(self, "attached_to", "aws_eip")) > 0
    || (
      (
        self.associate_public_ip_address == true
        || (self.associate_public_ip_address == null && anytrue([for s in linked(self, "in_subnet") : s.map_public_ip_on_launch == true]))
      )
      && anytrue([for s in linked(self, "in_subnet", "aws_subnet") : is_public_subnet(s)])
    )
  )
  zones = (
    self.availability_zone != null ? [self.availability_zone] :
    self.subnet_id == null && length(default(self.network_interface, [])) == 0 && length(default(self.primary_network_interface, [])) == 0 ? [null] :
    flatten(concat(
      [for s in linked(self, "in_subnet") : zones(s)],
      [for i in referrers(self, "attached_to", "aws_network_interface") : zones(i)],
    ))
  )
  copies = 1
}

link "aws_instance" "network_interface.network_interface_id" {
  to      = "aws_network_interface"
  means   = "attached_to"
  reverse = true
}

link "aws_instance" "primary_network_interface.network_interface_id" {
  to      = "aws_network_interface"
  means   = "attached_to"
  reverse = true
}

join "aws_network_interface_attachment" {
  from  = "network_interface_id"
  to    = "instance_id"
  means = "attached_to"
}

link "aws_instance" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_instance" "launch_template.id" {
  to    = "aws_launch_template"
  means = "uses"
}

link "aws_instance" "launch_template.name" {
  to    = "aws_launch_template"
  means = "uses"
  by    = "name"
}

link "aws_instance" "iam_instance_profile" {
  to    = "aws_iam_instance_profile"
  means = "assumes"
  by    = "name"
}

# A group keeps at least min_size machines, or what a schedule sets instead, spread over the zones of its subnets. What exists tells zones besides its subnets, and those
# are of before a change.
resource "aws_autoscaling_group" {
  role = "compute"
  zones = (
    length(default(self.vpc_zone_identifier, [])) > 0
    ? flatten([for s in linked(self, "in_subnet") : zones(s)])
    : default(self.availability_zones, [])
  )
  copies = self.min_size == null ? null : min(concat(
    [self.min_size],
    [for s in referrers(self, "scales", "aws_autoscaling_schedule") : s.min_size if s.min_size != null && s.min_size != -1],
  )...)
}

link "aws_autoscaling_group" "vpc_zone_identifier" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_autoscaling_group" "launch_template.id" {
  to    = "aws_launch_template"
  means = "uses"
}

link "aws_autoscaling_group" "launch_template.name" {
  to    = "aws_launch_template"
  means = "uses"
  by    = "name"
}

link "aws_autoscaling_group" "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id" {
  to    = "aws_launch_template"
  means = "uses"
}

link "aws_autoscaling_group" "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name" {
  to    = "aws_launch_template"
  means = "uses"
  by    = "name"
}

link "aws_autoscaling_group" "launch_configuration" {
  to    = "aws_launch_configuration"
  means = "uses"
  by    = "name"
}

link "aws_autoscaling_group" "target_group_arns" {
  to      = "target_group"
  means   = "targets"
  reverse = true
}

link "aws_autoscaling_group" "traffic_source.identifier" {
  to      = "target_group"
  means   = "targets"
  reverse = true
}

link "aws_autoscaling_group" "load_balancers" {
  to      = "aws_elb"
  means   = "targets"
  by      = "name"
  reverse = true
}

join "aws_autoscaling_attachment" {
  from  = "lb_target_group_arn"
  to    = "autoscaling_group_name"
  means = "targets"
}

join "aws_autoscaling_attachment" {
  from  = "elb"
  to    = "autoscaling_group_name"
  means = "targets"
}

join "aws_autoscaling_traffic_source_attachment" {
  from  = "traffic_source.identifier"
  to    = "autoscaling_group_name"
  means = "targets"
}

resource "aws_launch_template" {
  role   = "other"
  zones  = []
  copies = 2
}

# What machines are told about when they start: stores in their user data.
set "machine" {
  types = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
}

link "machine" "user_data" {
  to    = "client_store"
  means = "reads_writes"
}

link "machine" "user_data_base64" {
  to    = "client_store"
  means = "reads_writes"
}

link "aws_launch_template" "iam_instance_profile.name" {
  to    = "aws_iam_instance_profile"
  means = "assumes"
  by    = "name"
}

link "aws_launch_template" "iam_instance_profile.arn" {
  to    = "aws_iam_instance_profile"
  means = "assumes"
}

resource "aws_launch_configuration" {
  role   = "other"
  zones  = []
  copies = 2
}

link "aws_launch_configuration" "iam_instance_profile" {
  to    = "aws_iam_instance_profile"
  means = "assumes"
  by    = "name"
}

link "aws_iam_instance_profile" "role" {
  to    = "aws_iam_role"
  means = "assumes"
  by    = "name"
}

link "aws_autoscaling_policy" "autoscaling_group_name" {
  to    = "aws_autoscaling_group"
  means = "scales"
  by    = "name"
}

link "aws_autoscaling_schedule" "autoscaling_group_name" {
  to    = "aws_autoscaling_group"
  means = "scales"
  by    = "name"
}

resource "aws_ebs_volume" {
  role   = "datastore"
  zones  = [self.availability_zone]
  copies = 1
}

join "aws_volume_attachment" {
  from  = "instance_id"
  to    = "volume_id"
  means = "mounts"
}

# Clients reach it through the mount target of their zone.
resource "aws_efs_file_system" {
  role = "datastore"
  zones = (
    default(self.availability_zone_name, "") != ""
    ? [self.availability_zone_name]
    : flatten([for s in linked(self, "in_subnet") : zones(s)])
  )
  copies = default(self.availability_zone_name, "") != "" ? 1 : 2
}

link "aws_efs_backup_policy" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "configures"
}

link "aws_efs_mount_target" "file_system_id" {
  to    = "aws_efs_file_system"
  means = "configures"
}

join "aws_efs_mount_target" {
  from  = "file_system_id"
  to    = "subnet_id"
  means = "in_subnet"
}

# Kubernetes node groups.
resource "aws_eks_cluster" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_eks_cluster" "vpc_config.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_eks_node_group" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.scaling_config[0].min_size
}

link "aws_eks_node_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_eks_node_group" "cluster_name" {
  to    = "aws_eks_cluster"
  means = "member_of"
  by    = "name"
}

link "aws_eks_node_group" "launch_template.id" {
  to    = "aws_launch_template"
  means = "uses"
}

link "aws_eks_node_group" "node_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

# Names, where they are written instead of referred to.
link "aws_autoscaling_attachment" "autoscaling_group_name" {
  to    = "aws_autoscaling_group"
  means = "refers"
  by    = "name"
}

link "aws_autoscaling_attachment" "elb" {
  to    = "aws_elb"
  means = "refers"
  by    = "name"
}

link "aws_autoscaling_traffic_source_attachment" "autoscaling_group_name" {
  to    = "aws_autoscaling_group"
  means = "refers"
  by    = "name"
}

define "capacity" {
  of = "aws_autoscaling_group"
  is = {
    min_size         = self.min_size
    max_size         = self.max_size
    desired_capacity = self.desired_capacity
  }
}

define "capacity" {
  of = "aws_eks_node_group"
  is = {
    "scaling_config.min_size"     = self.scaling_config[0].min_size
    "scaling_config.max_size"     = self.scaling_config[0].max_size
    "scaling_config.desired_size" = self.scaling_config[0].desired_size
  }
}
