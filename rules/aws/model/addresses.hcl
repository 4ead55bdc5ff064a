# Addresses: how many a subnet has, and how many what stands in it takes at most.

# AWS keeps five addresses of each subnet.
define "addresses" {
  of = "subnet"
  is = pow(2, 32 - tonumber(split("/", self.cidr_block)[1])) - 5
}

# Each machine and each task with a network of its own takes an address, and a node of Kubernetes at least one.
define "most" {
  of = "aws_autoscaling_group"
  is = self.max_size
}

define "most" {
  of = "aws_ecs_service"
  is = (
    length(default(self.network_configuration, [])) == 0 ? 0 :
    length(referrers(self, "scales", "aws_appautoscaling_target")) == 0 ? default(self.desired_count, 0) :
    max([for t in referrers(self, "scales", "aws_appautoscaling_target") : t.max_capacity]...)
  )
}

define "most" {
  of = "aws_eks_node_group"
  is = self.scaling_config[0].max_size
}
